/** What a person gets who chooses one of our conferences for an event. */
import { expect, test } from '@jest/globals';
import { ALICE } from '../sandbox/calendar/world.ts';
import { CONFIG, dataOf, errorOf, json, openAddOn } from './add-on-world.ts';
import { bindableId } from './bindable-id.ts';

test.each(CONFIG.solutions)('an event gets a conference of $name, with all that its server said', async (solution) => {
  const addOn = openAddOn();
  const { id } = addOn.world.insert(ALICE, { summary: 'Weekly' });
  const result = await addOn.choose(id, ALICE, solution.onCreateFunction);
  expect(addOn.put(id, result).status).toBe(200);
  expect(addOn.world.get(ALICE, id).conferenceData).toEqual({
    conferenceId: 'c-1',
    conferenceSolution: { key: { type: 'addOn' }, name: solution.name, iconUri: CONFIG.logoUrl },
    entryPoints: [
      { entryPointType: 'video', uri: 'https://meet.example.com/c-1', passcode: '4711' },
      {
        entryPointType: 'phone',
        uri: 'tel:+4930123456',
        pin: '0815',
        regionCode: 'DE',
        entryPointFeatures: ['toll'],
      },
      { entryPointType: 'sip', uri: 'sip:c-1@meet.example.com', accessCode: '99' },
      { entryPointType: 'more', uri: 'https://meet.example.com/c-1/dial-in' },
    ],
    parameters: { addOnParameters: { parameters: { room: 'c-1' } } },
    notes: 'Recorded for training.',
  });
  expect(addOn.asked[0]?.body).toMatchObject({ calendarId: ALICE, eventId: id, solutionId: solution.id, user: ALICE });
});

test('the server is told what the event is, a series with its rule and an occurrence with its series', async () => {
  const addOn = openAddOn();
  const recurrence = ['RRULE:FREQ=WEEKLY'];
  const zone = 'Europe/Berlin';
  const { id } = addOn.world.insert(ALICE, {
    summary: 'Weekly',
    start: { dateTime: '2027-01-25T10:00:00+01:00', timeZone: zone },
    end: { dateTime: '2027-01-25T11:00:00+01:00', timeZone: zone },
    recurrence,
  });
  await addOn.choose(id);
  await addOn.choose(`${id}_20270201T090000Z`);
  const [ofSeries, ofOccurrence] = addOn.asked.map(({ body }) => body.event);
  expect(ofSeries).toMatchObject({ summary: 'Weekly', recurrence, start: { timeZone: zone } });
  expect(ofOccurrence).toMatchObject({ summary: 'Weekly', recurringEventId: id });
});

test('an event that is not saved yet gets a conference all the same', async () => {
  const addOn = openAddOn();
  expect(dataOf(await addOn.choose(bindableId(1))).conferenceId).toBe('c-1');
  expect(addOn.asked[0]?.body).toMatchObject({ eventId: bindableId(1), event: null });
  expect(addOn.errors()).toEqual([]);
});

test('a secondary calendar is named as it is, and primary by its address', async () => {
  const addOn = openAddOn();
  addOn.world.calendar.addCalendar('team@group.calendar.google.com');
  await addOn.choose(bindableId(1), 'team@group.calendar.google.com');
  await addOn.choose(bindableId(2), 'primary');
  expect(addOn.asked.map(({ body }) => body.calendarId)).toEqual(['team@group.calendar.google.com', ALICE]);
});

test('the request says by an ID token who asks, and goes nowhere else', async () => {
  const addOn = openAddOn();
  await addOn.choose(bindableId(1));
  const { requests } = addOn.script.services;
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'https://conferences.example.com/add-on/conferences',
    headers: { authorization: 'Bearer id-token-of-alice', 'content-type': 'application/json' },
  });
});

test('a person who tries again gets the conference that was made, wherever the script died before', async () => {
  const chosen = { eventData: { calendarId: ALICE, eventId: bindableId(1) } };
  let deaths = 0;
  for (let call = 1; ; call++) {
    const addOn = openAddOn();
    const first = await addOn.script.run('createWebConference', chosen, { call, when: 'after' });
    if (first.kind !== 'died') break;
    deaths++;
    // Once the request is closed, the next one is another: what was made for the first ends by itself, as it was announced.
    const isClosed = addOn.made().length === 1 && addOn.script.services.properties.size === 0;
    const second = await addOn.choose(bindableId(1));
    expect(dataOf(second).conferenceId).toBe(isClosed ? 'c-2' : 'c-1');
    expect(addOn.made()).toHaveLength(isClosed ? 2 : 1);
  }
  expect(deaths).toBeGreaterThan(5);
  const addOn = openAddOn();
  const ids = [await addOn.choose(bindableId(1)), await addOn.choose(bindableId(1))].map(
    (result) => dataOf(result).conferenceId,
  );
  expect(ids).toEqual(['c-1', 'c-2']);
}, 60_000);

test('a key that is taken is replaced once', async () => {
  const taken = new Set<string>();
  const addOn = openAddOn({
    answer({ key = '' }) {
      if (taken.size > 0) return undefined;
      taken.add(key);
      return json(409, { reason: 'key_taken' });
    },
  });
  expect(dataOf(await addOn.choose(bindableId(1))).conferenceId).toBe('c-1');
  expect(new Set(addOn.asked.map(({ key }) => key)).size).toBe(2);
  const always = openAddOn({ answer: () => json(409, { reason: 'key_taken' }) });
  expect(errorOf(await always.choose(bindableId(1)))).toBe('TEMPORARY');
  expect(always.asked).toHaveLength(2);
});

test('requests that nobody comes back to are forgotten after two days', async () => {
  const addOn = openAddOn();
  const old = { calendarId: ALICE, eventId: 'gone', solutionId: 'web-conference', user: ALICE, key: 'k' };
  const { properties } = addOn.script.services;
  properties.set('conference-request k', JSON.stringify({ ...old, at: Date.now() - 3 * 86_400_000 }));
  await addOn.choose(bindableId(1));
  expect([...properties.keys()]).toEqual([]);
});

test('the settings page is opened by a link that says who the person is', async () => {
  const addOn = openAddOn();
  expect(await addOn.script.run('createSettingsUrl')).toEqual({
    kind: 'value',
    value: 'https://conferences.example.com/s/1',
  });
  const away = openAddOn({ answer: () => json(503, { reason: 'maintenance' }) });
  expect(await away.script.run('createSettingsUrl')).toEqual({
    kind: 'value',
    value: 'https://conferences.example.com/add-on/settings',
  });
});
