import { describe, expect, test } from '@jest/globals';
import { HISTORY_MAX } from '../../../sandbox/conference/conference-record.ts';
import { SimulatedConferences } from '../../../sandbox/conference/simulated-conferences.ts';
import { cancelled, OLD_SECRET, occurrence, SECRET, signed, updated } from './signed.ts';

const NOW = Date.parse('2027-01-20T09:00:01.000Z');

function system(): SimulatedConferences {
  return new SimulatedConferences({ secrets: [SECRET, OLD_SECRET], now: () => NOW });
}

function systemAfter(...bodies: object[]): SimulatedConferences {
  const conferences = system();
  for (const body of bodies) expect(conferences.receive(signed(body)).status).toBe(200);
  return conferences;
}

describe('the signature', () => {
  test('by any key of the ring is enough', () => {
    expect(system().receive(signed(updated(1), { secrets: [OLD_SECRET] })).status).toBe(200);
    const foreign = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    expect(system().receive(signed(updated(1), { secrets: [foreign, SECRET] })).status).toBe(200);
    expect(system().receive(signed(updated(1), { secrets: [foreign] })).status).toBe(401);
  });

  test('that does not fit the body changes nothing', () => {
    const conferences = system();
    const { headers } = signed(updated(1));
    const answer = conferences.receive({ headers, body: JSON.stringify(updated(1, { title: 'Forged' })) });
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(conferences.list()).toEqual([]);
    expect(conferences.counts()).toMatchObject({ received: 1, forged: 1, applied: 0 });
  });

  test('more than five minutes old or ahead is refused', () => {
    for (const offsetMs of [-400_000, 400_000]) {
      const request = signed(updated(1), { at: new Date(Date.now() + offsetMs) });
      expect(system().receive(request).status).toBe(401);
    }
  });

  test('that is missing, empty, repeated or nonsense is refused without a crash', () => {
    const good = signed(updated(1));
    for (const signature of [undefined, '', 'v1', 'v1,', 'v1a,AAAA', 'x'.repeat(100_000), ['v1,AAAA', 'v1,BBBB']]) {
      const headers = { ...good.headers, 'webhook-signature': signature };
      expect(system().receive({ headers, body: good.body }).status).toBe(401);
    }
    expect(system().receive({ headers: {}, body: '' }).status).toBe(401);
  });

  test('is found under header names of any case', () => {
    const { headers, body } = signed(updated(1));
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    expect(system().receive({ headers: upper, body }).status).toBe(200);
  });

  test('cannot be checked without a usable secret', () => {
    expect(() => new SimulatedConferences({ secrets: [], now: () => NOW })).toThrow('at least one webhook secret');
    const bad = 'whsec_!!not base64!!';
    expect(() => new SimulatedConferences({ secrets: [SECRET, bad], now: () => NOW })).toThrow('webhook secret 2');
  });
});

describe('a change', () => {
  test('makes the conference equal to the event', () => {
    expect(systemAfter(updated(4)).list()).toEqual([
      {
        id: 'c-1',
        state: 'active',
        title: 'Plan',
        location: 'Room 4',
        start: { dateTime: '2027-01-21T09:00:00+01:00', timeZone: 'Europe/Berlin' },
        end: { dateTime: '2027-01-21T10:00:00+01:00', timeZone: 'Europe/Berlin' },
        recurrence: null,
        occurrences: [],
        updates: 1,
        revision: 4,
        restored: 0,
        events: { e1: expect.objectContaining({ title: 'Plan', calendarId: 'alice@example.com', revision: 4 }) },
        history: [
          {
            revision: 4,
            type: 'conference.updated',
            at: '2027-01-20T09:00:01.000Z',
            eventId: 'e1',
            changed: ['title'],
          },
        ],
      },
    ]);
  });

  test('that clears a field clears it in the conference, and one that leaves it out does not', () => {
    const cleared = systemAfter(updated(1, { description: 'Old' }), updated(2, { title: null, location: null }));
    expect(cleared.get('c-1')).toMatchObject({ title: null });
    expect(cleared.get('c-1')).not.toHaveProperty('location');
    expect(cleared.get('c-1')).not.toHaveProperty('description');
    const kept = systemAfter(updated(1), updated(2, { title: undefined, start: undefined }));
    expect(kept.get('c-1')).toMatchObject({ title: 'Plan', start: { timeZone: 'Europe/Berlin' } });
  });

  test('delivered twice is applied once and answered 200 both times', () => {
    const conferences = systemAfter(updated(1));
    expect(conferences.receive(signed(updated(1)))).toMatchObject({ status: 200, body: '{"result":"repeated"}' });
    expect(conferences.get('c-1')?.updates).toBe(1);
  });

  test('with a webhook-id seen before is dropped even under a higher revision', () => {
    const conferences = system();
    conferences.receive(signed(updated(1), { id: 'msg_same' }));
    conferences.receive(signed(updated(2, { title: 'Other' }), { id: 'msg_same' }));
    expect(conferences.get('c-1')).toMatchObject({ title: 'Plan', revision: 1 });
  });

  test('with a revision not above the last applied is dropped', () => {
    const conferences = systemAfter(updated(5), updated(5, { title: 'Same revision' }), updated(3, { title: 'Late' }));
    expect(conferences.get('c-1')).toMatchObject({ title: 'Plan', revision: 5, updates: 1 });
    expect(conferences.counts()).toMatchObject({ received: 3, applied: 1, outdated: 2 });
  });

  test('of one conference does not count against the revisions of another', () => {
    const conferences = systemAfter(updated(9), updated(1, {}, { conferenceId: 'c-2' }));
    expect(conferences.list().map(({ id, revision }) => [id, revision])).toEqual([
      ['c-1', 9],
      ['c-2', 1],
    ]);
  });

  test('is kept in a history that does not grow for ever', () => {
    const conferences = system();
    for (let revision = 1; revision <= HISTORY_MAX + 10; revision++) conferences.receive(signed(updated(revision)));
    const { history, updates } = conferences.get('c-1') ?? {};
    expect(updates).toBe(HISTORY_MAX + 10);
    expect(history).toHaveLength(HISTORY_MAX);
    expect(history?.at(-1)?.revision).toBe(HISTORY_MAX + 10);
  });

  test('cannot be made through what the system hands out', () => {
    const conferences = systemAfter(updated(1));
    const shown = conferences.get('c-1');
    if (shown?.start) Object.assign(shown.start, { timeZone: 'Mars/Olympus' });
    expect(conferences.get('c-1')?.start?.timeZone).toBe('Europe/Berlin');
  });

  test('reaches listeners until they leave', () => {
    const conferences = system();
    const seen: string[] = [];
    const leave = conferences.onChange(({ title }) => seen.push(String(title)));
    conferences.receive(signed(updated(1)));
    conferences.receive(signed(updated(1)));
    leave();
    conferences.receive(signed(updated(2)));
    expect(seen).toEqual(['Plan']);
  });

  test('taken without a signature ends in the same conference', () => {
    const conferences = system();
    expect(conferences.receiveVerified('msg_1', JSON.stringify(updated(1))).status).toBe(200);
    expect(conferences.list()).toEqual(systemAfter(updated(1)).list());
  });
});

describe('the end of a conference', () => {
  test('keeps what was known of it', () => {
    expect(systemAfter(updated(1), cancelled(2)).get('c-1')).toMatchObject({
      state: 'cancelled',
      title: 'Plan',
      revision: 2,
      history: [{}, { type: 'conference.cancelled', reason: 'event_deleted', changed: [] }],
    });
  });

  test('is undone by an update, and counted where it says restored', () => {
    expect(systemAfter(updated(1), cancelled(2), updated(3, {}, { restored: true })).get('c-1')).toMatchObject({
      state: 'active',
      restored: 1,
    });
    expect(systemAfter(updated(1), cancelled(2), updated(3)).get('c-1')).toMatchObject({
      state: 'active',
      restored: 0,
    });
  });

  test('that no update preceded is remembered, so that a late update cannot open the room', () => {
    expect(systemAfter(cancelled(2), updated(1)).list()).toMatchObject([
      { state: 'cancelled', title: null, updates: 1 },
    ]);
  });
});

describe('a series', () => {
  const series = updated(1, { recurrence: ['RRULE:FREQ=DAILY'] });

  test('keeps its changed and cancelled occurrences beside it', () => {
    const conferences = systemAfter(
      series,
      occurrence('updated', 2, '20270122', {
        title: 'Moved',
        start: { date: '2027-01-25' },
        end: { date: '2027-01-26' },
      }),
      occurrence('cancelled', 3, '20270123'),
    );
    expect(conferences.get('c-1')).toMatchObject({
      state: 'active',
      recurrence: ['RRULE:FREQ=DAILY'],
      occurrences: [
        { eventId: 'e1_20270122', seriesId: 'e1', state: 'updated', title: 'Moved', start: { date: '2027-01-25' } },
        { eventId: 'e1_20270123', seriesId: 'e1', state: 'cancelled', originalStart: { date: '20270123' } },
      ],
    });
  });

  test('has one entry per occurrence, the last told', () => {
    const conferences = systemAfter(
      series,
      occurrence('updated', 2, '20270122', { title: 'Moved' }),
      occurrence('cancelled', 3, '20270122'),
    );
    expect(conferences.get('c-1')?.occurrences).toEqual([
      { eventId: 'e1_20270122', seriesId: 'e1', originalStart: { date: '20270122' }, state: 'cancelled' },
    ]);
  });

  test('with a new rule and start keeps its occurrences until they are told of again', () => {
    const conferences = systemAfter(
      series,
      occurrence('cancelled', 2, '20270123'),
      updated(3, { recurrence: ['RRULE:FREQ=WEEKLY'], start: { date: '2027-02-01' } }),
    );
    expect(conferences.get('c-1')).toMatchObject({
      recurrence: ['RRULE:FREQ=WEEKLY'],
      occurrences: [{ state: 'cancelled' }],
    });
  });

  test('that was split shows both events under the one conference', () => {
    const conferences = systemAfter(
      updated(1, { recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270125T000000Z'] }),
      updated(2, { recurrence: ['RRULE:FREQ=DAILY'] }, { eventId: 'e1_R20270125T080000' }),
    );
    const events = conferences.get('c-1')?.events ?? {};
    expect(Object.keys(events)).toEqual(['e1', 'e1_R20270125T080000']);
    expect(events.e1?.recurrence).toEqual(['RRULE:FREQ=DAILY;UNTIL=20270125T000000Z']);
  });
});

test.each(['conference.exploded', '__proto__'])('a body of the type %s is ignored', (type) => {
  const conferences = system();
  const body = JSON.stringify({ type, timestamp: '2027-01-20T09:00:00.000Z', data: {} });
  expect(conferences.receiveVerified('msg_1', body)).toMatchObject({ status: 200 });
  expect(conferences.list()).toEqual([]);
  expect(conferences.counts()).toMatchObject({ received: 1, ignored: 1 });
});

describe('a body outside the contract', () => {
  const cases: [string, unknown][] = [
    ['no JSON', undefined],
    ['a list', []],
    ['null', null],
    ['a type that is no text', { ...updated(1), type: 5 }],
    ['no data', { type: 'conference.updated', timestamp: '2027-01-20T09:00:00.000Z' }],
    ['no time', { ...updated(1), timestamp: 'soon' }],
    ['revision zero', updated(0)],
    ['a fractional revision', updated(1.5)],
    ['an empty conference id', updated(1, {}, { conferenceId: '' })],
    ['changed as text', updated(1, {}, { changed: 'title' })],
    ['restored: false', updated(1, {}, { restored: false })],
    ['a numeric title', updated(1, { title: 7 })],
    [
      'a start with both date and dateTime',
      updated(1, { start: { date: '2027-01-01', dateTime: '2027-01-01T00:00:00Z' } }),
    ],
    ['a start with neither', updated(1, { start: { timeZone: 'UTC' } })],
    ['a recurrence of numbers', updated(1, { recurrence: [1] })],
    ['parameters that are not text', updated(1, { parameters: { a: {} } })],
    ['a reason that is no text', cancelled(1, { reason: 42 })],
    ['an occurrence without id', occurrence('updated', 1, '20270122', { eventId: 3 })],
  ];
  test.each(cases)('is refused with 400 and changes nothing: %s', (_name, body) => {
    const conferences = system();
    const text = body === undefined ? '{"type":' : JSON.stringify(body);
    expect(conferences.receiveVerified('msg_1', text)).toMatchObject({ status: 400 });
    expect(conferences.list()).toEqual([]);
    expect(conferences.counts()).toMatchObject({ malformed: 1 });
  });

  test('may still carry fields that the contract does not name', () => {
    expect(systemAfter({ ...updated(1), more: 1 }).list()).toHaveLength(1);
  });
});

test('names like __proto__ are names like any other and pollute nothing', () => {
  const conferences = system();
  const body = JSON.stringify(
    updated(1, { parameters: { a: 'b' } }, { conferenceId: '__proto__', eventId: '__proto__' }),
  )
    .replace('"a":"b"', '"__proto__":"polluted","constructor":"polluted"')
    .replace('"title":"Plan"', '"title":"Plan","__proto__":{"polluted":true}');
  expect(conferences.receiveVerified('__proto__', body).status).toBe(200);
  const shown: unknown = JSON.parse(JSON.stringify(conferences.list()));
  expect(shown).toMatchObject([{ id: '__proto__' }]);
  expect(JSON.stringify(shown)).toContain('"events":{"__proto__":');
  expect({}).not.toHaveProperty('polluted');
});

test('a system that forgot everything takes old revisions and webhook ids again', () => {
  const conferences = systemAfter(updated(7));
  conferences.forgetAll();
  expect(conferences.list()).toEqual([]);
  conferences.receive(signed(updated(7)));
  expect(conferences.get('c-1')).toMatchObject({ revision: 7, updates: 1 });
});
