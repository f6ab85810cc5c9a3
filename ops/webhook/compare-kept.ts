/** Compares what a receiver believes of a conference with what it was told. Pure. */
import { counted } from '../cli/counted.ts';
import type { ExpectedConference, ExpectedOccurrence } from './check.ts';

/** The answer of a read-back address: the JSON of one conference, nothing for one that is not known, or no sense. */
export type Kept =
  | { readonly kind: 'conference'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'absent' }
  | { readonly kind: 'trouble'; readonly reason: string };

/** Says what is kept wrongly, in words; null where nothing is. */
export function mismatchOf(expected: ExpectedConference, kept: Kept): string | null {
  if (kept.kind === 'trouble') return `the read-back address ${kept.reason}`;
  const state = kept.kind === 'absent' ? 'absent' : kept.fields.state;
  if (state !== expected.state)
    return `keeps the conference as ${JSON.stringify(state)} instead of "${expected.state}"`;
  if (expected.state !== 'active' || kept.kind === 'absent') return null;
  const { title, start, occurrences } = kept.fields;
  if ((title ?? '') !== expected.title)
    return `keeps the title ${JSON.stringify(title)} instead of "${expected.title}"`;
  if (!isSameStart(start, expected.start))
    return `keeps the start ${JSON.stringify(start)} instead of ${expected.start}`;
  return expected.occurrences === undefined ? null : occurrencesMismatch(expected.occurrences, occurrences);
}

function occurrencesMismatch(expected: readonly ExpectedOccurrence[], kept: unknown): string | null {
  const list: readonly unknown[] = Array.isArray(kept) ? kept : [];
  for (const { originalStart, state, start } of expected) {
    const [one, ...more] = list.map(fieldsOf).filter((each) => isSameStart(each.originalStart, originalStart));
    const name = `the occurrence of ${originalStart}`;
    if (one === undefined) return `has forgotten ${name}`;
    if (more.length > 0) return `keeps ${name} ${more.length + 1} times`;
    if (one.state !== state) return `keeps ${name} as ${JSON.stringify(one.state)} instead of "${state}"`;
    if (start !== undefined && !isSameStart(one.start, start)) {
      return `keeps ${name} at ${JSON.stringify(one.start)} instead of ${start}`;
    }
  }
  return list.length > expected.length
    ? `keeps ${counted(list.length, 'occurrence')} instead of ${expected.length}`
    : null;
}

/** Times may be kept as Google's objects or as plain text. */
function isSameStart(kept: unknown, expected: string): boolean {
  const { dateTime, date } = typeof kept === 'string' ? { dateTime: kept, date: kept } : fieldsOf(kept);
  if (!expected.includes('T')) return date === expected;
  return typeof dateTime === 'string' && Date.parse(dateTime) === Date.parse(expected);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
