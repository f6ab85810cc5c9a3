/**
 * `DELIVERY=shadow`: in the place of a conference system, the log. Each change is said there and counts as delivered, so that records, hashes and
 * revisions go on as they would, and nothing reaches anybody. It never asks for a change of an event.
 */
import type { ConferenceChange } from '../../domain/delivery/change.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../domain/ids.ts';
import type { ConferenceBackend, Log } from '../../domain/ports.ts';

/** See the file's head. */
export function createShadowBackend(log: Log): ConferenceBackend {
  return {
    async apply(change) {
      const { conferenceId, calendarId, revision } = change.data;
      log.write({
        line: 'shadow-delivery',
        conference: conferenceKeyOf(conferenceId),
        calendar: calendarKeyOf(calendarId),
        type: change.type,
        revision,
        ...detailsOf(change),
      });
      return { kind: 'done' };
    },
    async tell({ type, data }) {
      const { calendarId, revision } = data;
      const reason = 'reason' in data ? { reason: data.reason } : {};
      log.write({ line: 'shadow-notice', calendar: calendarKeyOf(calendarId), type, revision, ...reason });
      return { kind: 'done' };
    },
  };
}

/** What the change says beside its type, without what is in the event. */
function detailsOf(change: ConferenceChange) {
  switch (change.type) {
    case 'conference.updated': {
      const { changed, restored } = change.data;
      return { changed, ...(restored && { restored }) };
    }
    case 'conference.cancelled':
      return { reason: change.data.reason };
    case 'conference.occurrence_updated':
      return { changed: change.data.changed };
    case 'conference.occurrence_cancelled':
      return {};
  }
}
