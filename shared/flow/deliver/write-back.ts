/**
 * Writes to an event what the conference system wants on it, only if the event is still the one that was planned
 * from. A user's edit in between always wins: the write is tried again only on an event whose content is the same, and
 * only where nothing that it sets can have been edited.
 */
import type { EventPatch } from '../../domain/delivery/change.ts';
import { comparePatched } from '../../domain/delivery/compare-patched.ts';
import { EventChanged, EventGone, GoogleTrouble, isPassing } from '../../domain/errors.ts';
import type { LiveEvent } from '../../domain/event/event.ts';
import { changedFields, type FieldHashes, hashFields } from '../../domain/event/event-fields.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { callGoogle } from '../call-google.ts';
import { readEvent } from '../read-event.ts';

/** What became of the patch that the conference system wants on an event. */
export type WriteBack =
  /** It stands. The echo of our own write is known by the etag, its content by the hashes. */
  | { readonly kind: 'written'; readonly etag: string | null; readonly hashes: FieldHashes }
  /** Nothing is to be written: none was wanted, the event is gone or was edited, or Google does not allow it. */
  | { readonly kind: 'none' }
  /**
   * Google could not be asked, or the event changed in something that nobody is told of. The patch is nowhere on record, so the conference
   * system has to be asked for it again.
   */
  | { readonly kind: 'owed' };

/** See WriteBack. */
export const NO_WRITE: WriteBack = { kind: 'none' };

type Log = (outcome: 'written' | 'ignored' | 'conflict' | 'refused' | 'unavailable') => void;

const WRITE_BACK_ATTEMPTS_MAX = 3;
/** No call of Google is repeated after this; the whole has to end within SENDING_MS. */
const REPEATED_MS = 10_000;

/** See the file's head. A write whose answer was lost can be repeated: under the old etag it is not made twice. */
export async function writeBack(
  services: Services,
  calendar: CalendarRecord,
  conference: ConferenceKey,
  event: LiveEvent,
  patch: EventPatch,
): Promise<WriteBack> {
  const log: Log = (outcome) => services.log.write({ line: 'write-back', outcome, calendar: calendar.key, conference });
  try {
    return await write(services, calendar, event, patch, log);
  } catch (error) {
    if (!isPassing(error)) throw error;
    log('unavailable');
    return { kind: 'owed' };
  }
}

/** @throws whatever passes, and bugs */
async function write(
  services: Services,
  calendar: CalendarRecord,
  event: LiveEvent,
  patch: EventPatch,
  log: Log,
): Promise<WriteBack> {
  const until = services.clock.now() + REPEATED_MS;
  const hashesOf = (live: LiveEvent): FieldHashes => hashFields(live, services.policy.fields, calendar.hashKey);
  const conflict = (kind: 'none' | 'owed'): WriteBack => {
    log('conflict');
    return { kind };
  };
  let current = event;
  for (let attempt = 1; ; attempt++) {
    const { id, etag } = current;
    if (etag === null) return NO_WRITE;
    try {
      const answer = await callGoogle(services, until, () => services.google.patch(calendar, id, etag, patch));
      // A write that Google does not allow is answered 200 with the event as it was.
      log(answer.etag === etag ? 'ignored' : 'written');
      return { kind: 'written', etag: answer.etag, hashes: hashesOf(answer) };
    } catch (error) {
      if (error instanceof EventGone) return NO_WRITE;
      if (!(error instanceof GoogleTrouble) || isPassing(error)) throw error;
      if (!(error instanceof EventChanged)) {
        log('refused');
        return NO_WRITE;
      }
    }
    const again = await reread(services, calendar, event.id, until);
    // Gone, or edited: the next listing tells of it, and the answer to that may be a patch again.
    if (again === null || isEdited(event, again, hashesOf)) return conflict('none');
    const parts = comparePatched(patch, event, again);
    if (parts === 'edited') return conflict('none');
    if (parts === 'unknown' || attempt === WRITE_BACK_ATTEMPTS_MAX) return conflict('owed');
    current = again;
  }
}

/** Whether the conference system is told of the change anyhow, or the event is none of its own any more. */
function isEdited(planned: LiveEvent, present: LiveEvent, hashesOf: (event: LiveEvent) => FieldHashes): boolean {
  if (present.conference?.conferenceId !== planned.conference?.conferenceId) return true;
  return changedFields(hashesOf(planned), hashesOf(present)).length > 0;
}

/** The event as it is now; null where it is not there, or not shown to us, any more. @throws whatever passes, and bugs */
async function reread(
  services: Services,
  calendar: CalendarRecord,
  eventId: string,
  until: number,
): Promise<LiveEvent | null> {
  try {
    const event = await readEvent(services, calendar, eventId, until);
    return event.kind === 'live' ? event : null;
  } catch (error) {
    if (!(error instanceof GoogleTrouble) || isPassing(error)) throw error;
    return null;
  }
}
