/** The lines about what could not be seen: how much of it, and why. */
import type { Paint } from '../cli/paint.ts';

/** A fact that is not known. */
export interface NotKnown {
  readonly what: string;
  readonly why: string;
}

/** `4 of 13 not known:` and a line for each reason; none where all is known. */
export function whatIsMissing(notKnown: readonly NotKnown[], total: number, paint: Paint): readonly string[] {
  if (notKnown.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { what, why } of notKnown) byReason.set(why, [...(byReason.get(why) ?? []), what]);
  return [
    paint('warning', `${notKnown.length} of ${total} not known:`),
    ...[...byReason].map(([why, facts]) => `  ${facts.join(', ')}: ${why}`),
  ];
}
