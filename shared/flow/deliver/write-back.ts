/**
 * Writes to an event what the conference system wants on it, only if the event is still the one that was planned
 * from. A user's edit in between always wins: the write is tried again only on an event whose content is the same, and
 * only where nothing that it sets can have been edited.
 */
import type { EventPatch } from '../../domain/delivery/change.ts';
import { isPatchSafe } from '../../domain/delivery/is-patch-safe.ts';
import { EventChanged, EventGone, GoogleTrouble } from '../../domain/errors.ts';
import type { LiveEvent } from '../../domain/event/event.ts';
import { changedFields, type FieldHashes, hashFields } from '../../domain/event/event-fields.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';

/** What our own write left: its echo is known by the etag, its content by the hashes. */
export interface Written {
  readonly etag: string | null;
  readonly hashes: FieldHashes;
}

const ATTEMPTS_MAX = 3;

/**
 * Returns null where nothing was written. Trouble with Google is left to the event's next change, when the conference
 * system answers again; it never holds up a delivery.
 */
export async function writeBack(
  services: Services,
  calendar: CalendarRecord,
  conference: ConferenceKey,
  event: LiveEvent,
  patch: EventPatch,
): Promise<Written | null> {
  const hashesOf = (live: LiveEvent): FieldHashes => hashFields(live, services.policy.fields, calendar.hashKey);
  const log = (outcome: 'written' | 'ignored' | 'conflict' | 'refused'): void =>
    services.log.write({ line: 'write-back', outcome, calendar: calendar.key, conference });
  let current = event;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    if (current.etag === null) return null;
    try {
      const answer = await services.google.patch(calendar, current.id, current.etag, patch);
      // A write that Google does not allow is answered 200 with the event as it was.
      log(answer.etag === current.etag ? 'ignored' : 'written');
      return { etag: answer.etag, hashes: hashesOf(answer) };
    } catch (error) {
      if (error instanceof EventGone) return null;
      if (!(error instanceof GoogleTrouble)) throw error;
      if (!(error instanceof EventChanged)) {
        log('refused');
        return null;
      }
    }
    if (attempt === ATTEMPTS_MAX) break;
    const again = await reread(services, calendar, event.id);
    if (again === null || !isPatchSafe(patch, event, again)) break;
    if (changedFields(hashesOf(event), hashesOf(again)).length > 0) break;
    current = again;
  }
  log('conflict');
  return null;
}

async function reread(services: Services, calendar: CalendarRecord, eventId: string): Promise<LiveEvent | null> {
  try {
    const event = await services.google.get(calendar, eventId, calendar.accessRole);
    return event?.kind === 'live' ? event : null;
  } catch (error) {
    if (error instanceof GoogleTrouble) return null;
    throw error;
  }
}
