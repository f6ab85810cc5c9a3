/**
 * Whether a series can have run empty. Google keeps a master of which nothing takes place any more ("this and following"
 * deleted from the first occurrence on, every occurrence cancelled) as a confirmed event. What its rule yields is not
 * worked out here: only Google knows what Google shows, and is asked (`GoogleCalendar.hasInstances`).
 */
import type { LiveEvent } from './event.ts';

/** False only for what is no series, and for a series that goes on for ever with nothing excluded. */
export function mayBeEmpty({ recurrence }: LiveEvent): boolean {
  if (recurrence === null) return false;
  return !recurrence.some(isEndless) || recurrence.some(isExclusion);
}

function isEndless(line: string): boolean {
  return /^RRULE:/i.test(line) && !/[:;](?:UNTIL|COUNT)=/i.test(line);
}

function isExclusion(line: string): boolean {
  return /^EX(?:DATE|RULE)\b/i.test(line);
}
