/**
 * Conferences that are Zoom meetings: a module for CONFERENCE_BACKEND=module:PATH. The conference id is Zoom's meeting id. Zoom's API:
 * https://developers.zoom.us/docs/api/meetings/; `occurrence_id` is the moment at which an occurrence starts, in Unix milliseconds.
 */
import { defineBackend, type EventContent, type EventTime } from 'calendar-conference-sync-receiver';
import { callZoom } from './call-zoom.ts';
import { recurrenceOf } from './recurrence-of.ts';

export default defineBackend({
  async apply(change, { signal }) {
    const meeting = `/meetings/${encodeURIComponent(change.data.conferenceId)}`;
    switch (change.type) {
      case 'conference.updated': {
        const { event } = change.data;
        const recurrence = recurrenceOf(event.recurrence ?? null);
        if (recurrence === undefined) return { refused: 'Zoom cannot repeat a meeting by such a rule' };
        const body = { topic: event.title ?? '', agenda: event.description ?? '', ...timesOf(event), ...recurrence };
        const answer = await callZoom('PATCH', meeting, body, signal);
        // Nothing brings a deleted meeting back, so a conference that is wanted again needs another.
        return answer === 'gone' ? { refused: 'Zoom has no such meeting (any more): attach a new one' } : undefined;
      }
      case 'conference.occurrence_updated': {
        // Of an occurrence Zoom changes the time and the agenda; its topic is that of the series.
        const { occurrence } = change.data;
        const answer = await callZoom('PATCH', meeting + queryOf(occurrence), timesOf(occurrence), signal);
        return answer === 'gone' ? { refused: 'Zoom has no such occurrence' } : undefined;
      }
      case 'conference.cancelled':
        await callZoom('DELETE', meeting, undefined, signal);
        return undefined;
      case 'conference.occurrence_cancelled':
        await callZoom('DELETE', meeting + queryOf(change.data.occurrence), undefined, signal);
        return undefined;
    }
  },
});

function queryOf({ originalStart }: { readonly originalStart: EventTime | null }): string {
  return `?occurrence_id=${momentOf(originalStart)}`;
}

/** Start in GMT with the zone in which the meeting repeats, and the length in minutes. */
function timesOf({ start = null, end = null }: Pick<EventContent, 'start' | 'end'>): object {
  const from = momentOf(start);
  return {
    start_time: new Date(from).toISOString().replace('.000Z', 'Z'),
    duration: Math.max(1, Math.round((momentOf(end) - from) / 60_000)),
    ...(start?.timeZone !== undefined && { timezone: start.timeZone }),
  };
}

/** Unix milliseconds; a whole day begins at midnight in Greenwich. */
function momentOf(time: EventTime | null): number {
  return Date.parse(time?.dateTime ?? time?.date ?? '');
}
