/** Lengths of time and moments, as people read and type them. */
import { UsageError } from './errors.ts';

const UNITS = [
  ['d', 24 * 3_600_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Two units at most: `3d 4h`, `12m 5s`, `0s`. Milliseconds in. */
export function lengthText(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1_000) * 1_000);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0s' : parts.join(' ');
}

/** `5m ago`, `in 2h`, or `-` for null. */
export function momentText(at: number | null, now: number): string {
  if (at === null) return '-';
  return at <= now ? `${lengthText(now - at)} ago` : `in ${lengthText(at - now)}`;
}

/** RFC 3339 for programs. */
export function timestamp(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** Reads `90s`, `30m`, `2h`, `1d`, and several in a row, `2h 30m`; milliseconds. `or` is what else the flag takes. @throws UsageError */
export function readLength(text: string, flag: string, or = ''): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([smhd])\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trimStart()) {
    throw new UsageError(`${flag} ${JSON.stringify(text)} is no length of time`, `write 30m, 2h or 1d${or}`);
  }
  return parts.reduce((sum, [, count, named]) => {
    const size = UNITS.find(([unit]) => unit === named)?.[1] ?? 0;
    return sum + Number(count) * size;
  }, 0);
}

/** Reads a length of time before now, or a moment with its time zone; Unix milliseconds. @throws UsageError */
export function readSince(text: string, now: number): number {
  const isMoment = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (!isMoment && /^\d{4}-/.test(text)) {
    throw new UsageError(
      `--since ${JSON.stringify(text)} is no moment with its time zone`,
      'write it like 2027-01-20T03:00:00Z or 2027-01-20T04:00+01:00',
    );
  }
  const at = isMoment ? Date.parse(text) : now - readLength(text, '--since', ', or a moment: 2027-01-20T03:00:00Z');
  if (Number.isNaN(at))
    throw new UsageError(`--since ${JSON.stringify(text)} is no moment`, 'write 2h or 2027-01-20T03:00:00Z');
  if (at > now)
    throw new UsageError(`--since ${JSON.stringify(text)} lies in the future`, 'write how long ago, such as 2h');
  return at;
}
