/** Events from a sentence, and what is checked about reminders, places of work and invitations. */
import { describe, expect, test } from '@jest/globals';
import { ALICE, buildWorld, eventsPath, meeting, reasonOf } from '../world.ts';

describe('a sentence', () => {
  // The clock stands at nine in London, which is ten in Berlin.
  test.each([
    ['Lunch with Ada', 'Lunch with Ada', '2027-01-20T11:00:00+01:00', '2027-01-20T12:00:00+01:00'],
    ['Lunch tomorrow at 12:30', 'Lunch', '2027-01-21T12:30:00+01:00', '2027-01-21T13:30:00+01:00'],
    ['Call Bob on 2027-07-01 10am-10:25am', 'Call Bob', '2027-07-01T10:00:00+02:00', '2027-07-01T10:25:00+02:00'],
    ['Dinner today 7-9pm', 'Dinner', '2027-01-20T19:00:00+01:00', '2027-01-20T21:00:00+01:00'],
    ['Table for 3-4 people', 'Table for 3-4 people', '2027-01-20T11:00:00+01:00', '2027-01-20T12:00:00+01:00'],
  ])('%s', (text, summary, start, end) => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE, { timeZone: 'Europe/Berlin' });
    const { body } = world.call('POST', `${eventsPath(ALICE)}/quickAdd`, { query: { text } });
    const timeZone = 'Europe/Berlin';
    expect(body).toMatchObject({ summary, start: { dateTime: start, timeZone }, end: { dateTime: end, timeZone } });
  });

  test('with a day alone lasts that day', () => {
    const { body } = buildWorld().call('POST', `${eventsPath(ALICE)}/quickAdd`, { query: { text: 'Fair 2027-03-01' } });
    expect(body).toMatchObject({ summary: 'Fair', start: { date: '2027-03-01' }, end: { date: '2027-03-02' } });
  });

  test('is needed', () => {
    expect(reasonOf(buildWorld().call('POST', `${eventsPath(ALICE)}/quickAdd`))).toBe('required');
  });
});

const popup = (minutes: unknown) => ({ method: 'popup', minutes });

test.each([
  [{ reminders: { useDefault: true, overrides: [popup(5)] } }, 'cannotUseDefaultRemindersAndSpecifyOverride'],
  [{ reminders: { useDefault: false, overrides: [popup(-1)] } }, 'invalid'],
  [{ reminders: { useDefault: false, overrides: [popup(40_321)] } }, 'invalid'],
  [{ reminders: { useDefault: false, overrides: [{ minutes: 5 }] } }, 'required'],
  [{ reminders: { useDefault: false, overrides: [1, 2, 3, 4, 5, 6].map(popup) } }, 'invalid'],
  [{ eventType: 'workingLocation' }, 'required'],
  [{ eventType: 'workingLocation', workingLocationProperties: { type: 'moon' } }, 'invalid'],
  [{ end: meeting().start }, 'timeRangeEmpty'],
])('%j is refused', (event, reason) => {
  const answer = buildWorld().call('POST', eventsPath(ALICE), { body: { ...meeting(), ...event } });
  expect([answer.status, reasonOf(answer)]).toEqual([400, reason]);
});

test.each([
  ['POST', 'sendUpdates', 'some'],
  ['POST', 'conferenceDataVersion', '2'],
  ['POST', 'eventLabelVersion', '2'],
  ['POST', 'supportsAttachments', 'maybe'],
])('%s with %s=%s is refused', (method, name, value) => {
  const answer = buildWorld().call(method, eventsPath(ALICE), { body: meeting(), query: { [name]: value } });
  expect([answer.status, reasonOf(answer)]).toEqual([400, 'invalidParameter']);
});
