/** Whether a patch still may go onto an event that changed after the patch was planned: only where it can undo nobody's edit. */

import type { LiveEvent } from '../event/event.ts';
import type { EventPatch } from './change.ts';

/** The parts that we read whole, and so can compare. Of conference data we read a few values only, of all else nothing. */
const READ_WHOLE: Readonly<Record<string, (event: LiveEvent) => string | null>> = {
  summary: ({ title }) => title,
  description: ({ description }) => description,
  location: ({ location }) => location,
  visibility: ({ visibility }) => visibility,
};

/**
 * What is known of the parts that the patch sets: all are as they were, one of them was edited, or one is among those of which we do not read
 * enough to tell.
 */
export function comparePatched(
  patch: EventPatch,
  planned: LiveEvent,
  present: LiveEvent,
): 'unchanged' | 'edited' | 'unknown' {
  let found: 'unchanged' | 'unknown' = 'unchanged';
  for (const key of Object.keys(patch)) {
    const part = READ_WHOLE[key];
    if (part === undefined) found = 'unknown';
    else if (part(planned) !== part(present)) return 'edited';
  }
  return found;
}
