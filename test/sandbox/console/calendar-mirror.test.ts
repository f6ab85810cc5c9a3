import { expect, test } from '@jest/globals';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { CalendarMirror, type EventChange } from '../../../sandbox/console/calendar-mirror.ts';
import { newRow } from '../../../sandbox/console/change-row.ts';
import { fieldsOf } from '../../../sandbox/console/seen-event.ts';

const ALICE = 'alice@example.com';
const PATH = `/calendar/v3/calendars/${ALICE}/events`;

function prepare(): { calendar: SimulatedCalendar; mirror: CalendarMirror; seriesId: string } {
  const calendar = new SimulatedCalendar({ now: () => Date.parse('2027-03-01T08:00:00Z') });
  calendar.addCalendar(ALICE);
  const body = {
    summary: 'Stand-up',
    start: { dateTime: '2027-03-01T09:00:00Z', timeZone: 'UTC' },
    end: { dateTime: '2027-03-01T09:30:00Z', timeZone: 'UTC' },
    recurrence: ['RRULE:FREQ=DAILY;COUNT=5'],
  };
  const answer = calendar.handle({ method: 'POST', path: PATH, body });
  const mirror = new CalendarMirror(ALICE, (call) => calendar.handle(call), false);
  expect(mirror.refresh()).toEqual([]);
  return { calendar, mirror, seriesId: String(fieldsOf(answer.body).id) };
}

const edits = (changes: readonly EventChange[]): unknown =>
  changes.map((change) => {
    const { edit, title } = newRow(1, 0, ALICE, change);
    return [edit, title];
  });

test('an occurrence that is deleted has the name of its series, though its tombstone has none', () => {
  const { calendar, mirror, seriesId } = prepare();
  calendar.handle({ method: 'DELETE', path: `${PATH}/${seriesId}_20270302T090000Z` });
  expect(edits(mirror.refresh())).toEqual([['deleted', 'Stand-up']]);
});

test('an occurrence that is renamed for the first time is not taken for a new or a moved event', () => {
  const { calendar, mirror, seriesId } = prepare();
  const path = `${PATH}/${seriesId}_20270302T090000Z`;
  calendar.handle({ method: 'PATCH', path, body: { summary: 'Stand-up with guests' } });
  expect(edits(mirror.refresh())).toEqual([['renamed', 'Stand-up with guests']]);
  expect(edits(mirror.refresh())).toEqual([]);
});

test('a sync token that expired costs a fresh look and hides no change', () => {
  const { calendar, mirror, seriesId } = prepare();
  calendar.expireSyncTokens();
  calendar.handle({ method: 'PATCH', path: `${PATH}/${seriesId}`, body: { summary: 'Daily' } });
  expect(edits(mirror.refresh())).toEqual([['renamed', 'Daily']]);
});
