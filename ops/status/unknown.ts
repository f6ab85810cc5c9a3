/** The lines about what could not be seen: how much of it, why, and what it leaves open. */
import type { Paint } from '../cli/paint.ts';

/** Why a fact is not known of an installation on emulators, where nothing would tell it. */
export const NOT_EMULATED = 'an emulator has nothing of the kind';

/** A fact that is not known. */
export interface NotKnown {
  readonly what: string;
  readonly why: string;
}

/**
 * How many facts are missing, a line for each reason, and what to type; none where all is known. `isAllWell`: nothing is wrong with the others.
 */
export function whatIsMissing(
  notKnown: readonly NotKnown[],
  total: number,
  isAllWell: boolean,
  paint: Paint,
): readonly string[] {
  if (notKnown.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { what, why } of notKnown) byReason.set(why, [...(byReason.get(why) ?? []), what]);
  const seen = total - notKnown.length;
  const title = `${notKnown.length} of ${total} not known`;
  return [
    ...(seen === 0 ? ['Nothing could be seen.'] : []),
    ...(isAllWell && seen > 0
      ? [`Nothing is wrong with the ${seen} of ${total} that were seen; the others are open.`]
      : []),
    paint('warning', isAllWell ? `${title}:` : `${title}, so there may be more:`),
    ...[...byReason].map(([why, facts]) => `  ${facts.join(', ')}: ${why}`),
    ...([...byReason.keys()].every((why) => why === NOT_EMULATED) ? [] : ['Look closer: confsync doctor']),
  ];
}
