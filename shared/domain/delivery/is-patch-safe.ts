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

/** True where every part that the patch sets is known to be as it was. */
export function isPatchSafe(patch: EventPatch, planned: LiveEvent, present: LiveEvent): boolean {
  return Object.keys(patch).every((key) => {
    const part = READ_WHOLE[key];
    return part !== undefined && part(planned) === part(present);
  });
}
