/** syncCalendar over HTTP: which messages are acknowledged, which come again, and which are put aside for a person. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { syncCalendarHandler } from '../../functions/sync-calendar.ts';
import { createMemoryStore } from '../../shared/adapters/memory/store.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import { QueueUnavailable, RecordUnreadable, StoreUnavailable } from '../../shared/domain/errors.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import { encodeWork } from '../../shared/domain/notification/work-message.ts';
import type { DeadLetter, GoogleCalendar, Store } from '../../shared/domain/ports.ts';
import type { Served } from '../listen.ts';
import { CHANNELS, policy } from './policy.ts';
import { serve } from './serve.ts';

const alice = calendarKeyOf('alice@example.com');
const request = encodeWork({ kind: 'sync', calendar: alice, cause: 'notification' });

let served: Served;
let lines: LogLine[] = [];
let letters: DeadLetter[] = [];
let storeError: Error | undefined;
let isTopicDown = false;
let isStopping = false;

/** No message of this file gets as far as Google. */
const google: GoogleCalendar = {
  list: unexpected,
  get: unexpected,
  hasInstances: unexpected,
  patch: unexpected,
  watch: unexpected,
  stop: unexpected,
};

async function unexpected(): Promise<never> {
  throw new Error('no call to Google was expected');
}

beforeAll(async () => {
  const memory = createMemoryStore({ now: Date.now });
  const store: Store = {
    ...bound(memory),
    async transact(work) {
      if (storeError !== undefined) throw storeError;
      return memory.transact(work);
    },
  };
  let ids = 0;
  served = await serve(
    syncCalendarHandler({
      clock: { now: Date.now, sleep: async () => undefined },
      random: { fraction: () => 0.5, id: () => `id${++ids}` },
      google,
      store,
      queue: { publish: async () => undefined },
      conferences: { apply: async () => ({ kind: 'done' }), tell: async () => ({ kind: 'done' }) },
      breaker: new Breaker(),
      deadLetters: {
        async put(letter) {
          if (isTopicDown) throw new QueueUnavailable('the broker is down');
          letters.push(letter);
        },
      },
      log: { write: (line) => void lines.push(line) },
      policy: policy(),
      channels: CHANNELS,
      isStopping: () => isStopping,
    }),
  );
});
afterAll(() => served.close());
beforeEach(() => {
  lines = [];
  letters = [];
  storeError = undefined;
  isTopicDown = false;
  isStopping = false;
});

function bound(store: Store): Store {
  return {
    transact: (work) => store.transact(work),
    calendar: (key) => store.calendar(key),
    conference: (key) => store.conference(key),
    bindings: (calendar, ids) => store.bindings(calendar, ids),
    calendars: (range, status) => store.calendars(range, status),
    calendarsOf: (subject, range) => store.calendarsOf(subject, range),
    keySubjects: (isOutOfTime) => store.keySubjects(isOutOfTime),
    bindingsOfCalendar: (calendar, range) => store.bindingsOfCalendar(calendar, range),
    failedBindings: (range) => store.failedBindings(range),
    failedConferences: (range) => store.failedConferences(range),
    conferencesLeftBy: (calendar, range) => store.conferencesLeftBy(calendar, range),
    failingConferences: (range) => store.failingConferences(range),
    failingCalendars: (range) => store.failingCalendars(range),
    dueCalendars: (shard, before, limit) => store.dueCalendars(shard, before, limit),
    dueConferences: (shard, before, limit) => store.dueConferences(shard, before, limit),
    countFleet: (question) => store.countFleet(question),
    countChannelsEnding: (before) => store.countChannelsEnding(before),
    connection: (key) => store.connection(key),
    connections: (range) => store.connections(range),
    ticket: (id) => store.ticket(id),
  };
}

function envelope(text: string, attempt?: number): unknown {
  return {
    message: {
      data: Buffer.from(text).toString('base64'),
      messageId: '17',
      publishTime: new Date().toISOString(),
      attributes: { lane: 'live' },
    },
    subscription: 'projects/p/subscriptions/s',
    ...(attempt !== undefined && { deliveryAttempt: attempt }),
  };
}

async function push(body: unknown): Promise<{ status: number; body: string }> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(served.url, init);
  return { status: answer.status, body: await answer.text() };
}

describe('a message that cannot be worked on', () => {
  test.each([
    ['is no JSON', 'garbage', 'work message: not JSON'],
    ['has no data', '', 'work message: not JSON'],
    ['is a list', '[]', 'work message: must be a JSON object'],
    ['is of a version to come', '{"version":2}', 'work message: version must be 1, not 2'],
    ['names no calendar', '{"version":1}', 'work message: calendar must be a calendar key'],
    [
      'names a calendar by its address',
      '{"version":1,"calendar":"alice@example.com"}',
      'work message: calendar must be a calendar key',
    ],
    [
      'has a cause that nobody knows',
      `{"version":1,"calendar":"${alice}","cause":"whim"}`,
      'work message: unknown cause "whim"',
    ],
  ])('because it %s is kept with the reason, and acknowledged', async (_, text, reason) => {
    expect(await push(envelope(text, 3))).toEqual({ status: 204, body: '' });
    expect(letters).toEqual([{ data: text, attributes: { lane: 'live' }, reason, messageId: '17', attempt: 3 }]);
    expect(lines).toEqual([{ line: 'dead-letter', reason, messageId: '17', attempt: 3 }]);
  });

  test.each([
    ['an empty object', {}],
    ['a list', []],
    ['another kind of event', { kind: 'storage#object', name: 'a' }],
    ['a message that is no object', { message: 'hello' }],
  ])('because it is %s is logged as an error and acknowledged, as there is nothing to keep', async (_, body) => {
    expect((await push(body)).status).toBe(204);
    expect(letters).toEqual([]);
    expect(lines).toEqual([{ line: 'dead-letter', reason: 'not a Pub/Sub push: nothing to keep' }]);
  });

  test('without any body is acknowledged as well', async () => {
    expect((await fetch(served.url, { method: 'POST' })).status).toBe(204);
  });

  test('comes again while the dead-letter topic cannot be reached', async () => {
    isTopicDown = true;
    expect((await push(envelope('garbage'))).status).toBe(503);
  });
});

describe('a request for a calendar', () => {
  test('that nobody registered is acknowledged and forgotten', async () => {
    expect(await push(envelope(request))).toEqual({ status: 204, body: '' });
    expect(lines).toMatchObject([{ line: 'sync', outcome: 'unknown-calendar', calendar: alice }]);
  });

  test('comes again while the database cannot be reached', async () => {
    storeError = new StoreUnavailable('the database is down');
    expect(await push(envelope(request, 19))).toEqual({ status: 503, body: '' });
    expect(letters).toEqual([]);
  });

  test('that cannot be read is acknowledged and stays where it is', async () => {
    storeError = new RecordUnreadable('calendars/x cannot be read');
    expect((await push(envelope(request))).status).toBe(204);
    expect(letters).toEqual([]);
    expect(lines).toMatchObject([{ line: 'sync', outcome: 'unreadable', calendar: alice }]);
  });

  test('comes again, with no word of why, after a bug', async () => {
    storeError = new Error('a secret detail');
    expect(await push(envelope(request, 9))).toEqual({ status: 500, body: '' });
    expect(letters).toEqual([]);
  });

  test('is put aside when a bug strikes for the tenth time', async () => {
    storeError = new TypeError('a secret detail');
    expect(await push(envelope(request, 10))).toEqual({ status: 204, body: '' });
    expect(letters).toMatchObject([{ data: request, reason: 'failed 10 times: TypeError', attempt: 10 }]);
  });

  test('is refused at once by a process that is going down', async () => {
    isStopping = true;
    expect((await push(envelope(request))).status).toBe(503);
    expect(lines).toEqual([]);
  });
});

test('anything but a POST is told so', async () => {
  const answer = await fetch(served.url);
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
});
