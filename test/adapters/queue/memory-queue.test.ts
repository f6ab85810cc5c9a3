import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PushEnvelope } from '../../../shared/adapters/memory/push-envelope.ts';
import { createMemoryQueue, type MemoryQueue } from '../../../shared/adapters/memory/queue.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { encodeWork, type Lane, type WorkMessage } from '../../../shared/domain/notification/work-message.ts';
import { queueContract } from './queue-contract.ts';

const MESSAGE: WorkMessage = { kind: 'conference', conference: conferenceKeyOf('c-1') };

describe('the embedded queue', () => {
  queueContract(
    async (endpoint) => {
      const queue = createMemoryQueue({
        now: Date.now,
        timers: { set: setTimeout, clear: clearTimeout },
        concurrency: 10,
        deliver: async (envelope, lane, signal) => {
          const response = await fetch(`${endpoint}/${lane}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(envelope),
            signal,
          });
          await response.arrayBuffer();
          return response.status;
        },
      });
      return {
        queue,
        deadLetters: async () => queue.deadLetters().map(({ data, attributes }) => ({ data, attributes })),
        close: () => queue.close(),
      };
    },
    { filtersLanes: true },
  );
});

describe('the embedded queue on a clock of its own', () => {
  interface Alarm {
    readonly at: number;
    readonly work: () => void;
  }
  let clock: number;
  let alarms: Set<Alarm>;
  let pushes: { readonly at: number; readonly lane: Lane; readonly envelope: PushEnvelope }[];
  let answer: (envelope: PushEnvelope, signal: AbortSignal) => number | Promise<number>;
  let queue: MemoryQueue;

  const open = (settings: { concurrency?: number; attemptsMax?: number; retainedMax?: number } = {}) => {
    queue = createMemoryQueue<Alarm>({
      now: () => clock,
      timers: {
        set: (work, ms) => {
          const alarm = { at: clock + ms, work };
          alarms.add(alarm);
          return alarm;
        },
        clear: (alarm) => void alarms.delete(alarm),
      },
      deliver: async (envelope, lane, signal) => {
        pushes.push({ at: clock, lane, envelope });
        return answer(envelope, signal);
      },
      concurrency: 4,
      ...settings,
    });
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (ms: number) => {
    const end = clock + ms;
    await settled();
    for (;;) {
      const [next] = [...alarms].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      clock = next.at;
      alarms.delete(next);
      next.work();
      await settled();
    }
    clock = end;
  };

  beforeEach(() => {
    clock = Date.parse('2026-11-24T10:00:00.123Z');
    alarms = new Set();
    pushes = [];
    answer = () => 204;
    open();
  });
  afterEach(() => queue.close());

  test('the envelope has the fields of Pub/Sub, in both spellings', async () => {
    await queue.publish(MESSAGE, 'upkeep');
    await settled();
    const data = Buffer.from(encodeWork(MESSAGE));
    expect(pushes[0]?.envelope).toEqual({
      message: {
        data: data.toString('base64'),
        attributes: { lane: 'upkeep', version: '1', cause: 'conference' },
        messageId: '1',
        message_id: '1',
        publishTime: '2026-11-24T10:00:00.123Z',
        publish_time: '2026-11-24T10:00:00.123Z',
      },
      subscription: 'projects/embedded/subscriptions/upkeep',
      deliveryAttempt: 1,
    });
  });

  test.each([102, 200, 201, 202, 204])('%d acknowledges', async (status) => {
    answer = () => status;
    await queue.publish(MESSAGE, 'live');
    await settled();
    expect(queue.backlog()).toEqual({ live: 0, upkeep: 0 });
    expect(alarms.size).toBe(0);
  });

  test.each([100, 203, 301, 400, 404, 429, 500, 503])('%d does not', async (status) => {
    answer = () => status;
    await queue.publish(MESSAGE, 'live');
    await settled();
    expect(queue.backlog()).toEqual({ live: 1, upkeep: 0 });
  });

  test('a refused message waits longer each time and counts its deliveries', async () => {
    answer = () => 503;
    const start = clock;
    await queue.publish(MESSAGE, 'live');
    await pass(120_000);
    expect(pushes.slice(0, 12).map(({ at }) => at - start)).toEqual([
      0, 100, 300, 700, 1_500, 3_100, 6_300, 12_700, 25_500, 51_100, 102_300,
    ]);
    expect(pushes.map(({ envelope }) => envelope.deliveryAttempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    await pass(60_000);
    expect(pushes).toHaveLength(12);
    expect((pushes[11]?.at ?? 0) - (pushes[10]?.at ?? 0)).toBe(60_000);
  });

  test('a message that waits for itself holds nobody up', async () => {
    answer = ({ message }) => (message.messageId === '1' ? 503 : 204);
    await queue.publish(MESSAGE, 'live');
    await queue.publish(MESSAGE, 'live');
    await settled();
    expect(queue.backlog().live).toBe(1);
  });

  test('no answer within the deadline is a refusal, and the late answer counts for nothing', async () => {
    let late: (status: number) => void = () => {};
    let isGivenUp = false;
    answer = ({ deliveryAttempt }, signal) => {
      if (deliveryAttempt > 1) return 503;
      signal.addEventListener('abort', () => {
        isGivenUp = true;
      });
      return new Promise((resolve) => {
        late = resolve;
      });
    };
    await queue.publish(MESSAGE, 'live');
    await pass(599_999);
    expect(pushes).toHaveLength(1);
    await pass(101);
    expect(isGivenUp).toBe(true);
    expect(pushes).toHaveLength(2);
    late(204);
    await settled();
    expect(queue.backlog().live).toBe(1);
  });

  test('a failing connection is a refusal', async () => {
    answer = ({ deliveryAttempt }) => (deliveryAttempt === 1 ? Promise.reject(new Error('reset')) : 204);
    await queue.publish(MESSAGE, 'live');
    await pass(100);
    expect(pushes).toHaveLength(2);
    expect(queue.backlog().live).toBe(0);
  });

  test('after twenty deliveries a message is a dead letter that can be sent again', async () => {
    answer = () => 500;
    await queue.publish(MESSAGE, 'upkeep');
    await pass(3_600_000);
    expect(pushes).toHaveLength(20);
    const [letter] = queue.deadLetters();
    expect(letter?.attributes).toEqual({
      lane: 'upkeep',
      version: '1',
      cause: 'conference',
      deadLetterReason: 'not acknowledged in 20 deliveries',
      deadLetterMessageId: '1',
      deadLetterAttempt: '20',
    });
    expect(queue.backlog().upkeep).toBe(0);

    answer = () => 204;
    expect(await queue.replayDeadLetter(letter?.id ?? '')).toBe(true);
    await settled();
    expect(queue.deadLetters()).toEqual([]);
    expect(pushes[20]).toMatchObject({
      lane: 'upkeep',
      envelope: {
        deliveryAttempt: 1,
        message: { messageId: '2', attributes: { lane: 'upkeep', cause: 'conference' } },
      },
    });
    expect(pushes[20]?.envelope.message.data).toBe(pushes[0]?.envelope.message.data);
    expect(pushes[20]?.envelope.message.attributes).not.toHaveProperty('deadLetterReason');
  });

  test('a dead letter can be dropped, once', async () => {
    await queue.put({ data: 'x', attributes: {}, reason: 'unreadable' });
    const id = queue.deadLetters()[0]?.id ?? '';
    expect(queue.dropDeadLetter(id)).toBe(true);
    expect(queue.dropDeadLetter(id)).toBe(false);
    expect(await queue.replayDeadLetter(id)).toBe(false);
    expect(queue.deadLetters()).toEqual([]);
  });

  test('no more pushes than allowed are under way, in each lane by itself', async () => {
    const open: (() => void)[] = [];
    answer = () => new Promise((resolve) => open.push(() => resolve(204)));
    for (let index = 0; index < 10; index++) await queue.publish(MESSAGE, index < 8 ? 'live' : 'upkeep');
    await settled();
    expect(pushes.map(({ lane }) => lane).sort()).toEqual(['live', 'live', 'live', 'live', 'upkeep', 'upkeep']);
    open.shift()?.();
    await settled();
    expect(pushes).toHaveLength(7);
    while (open.length > 0) {
      open.shift()?.();
      await settled();
    }
    expect(pushes).toHaveLength(10);
  });

  test('idle waits for messages that wait for their redelivery', async () => {
    answer = ({ deliveryAttempt }) => (deliveryAttempt < 3 ? 503 : 204);
    let isIdle = false;
    await queue.publish(MESSAGE, 'live');
    const idle = queue.idle().then(() => {
      isIdle = true;
    });
    await pass(299);
    expect(isIdle).toBe(false);
    await pass(1);
    await idle;
    await expect(queue.idle()).resolves.toBeUndefined();
  });

  test('what was published can be read again, as far as it is retained', async () => {
    open({ retainedMax: 3 });
    const times: number[] = [];
    for (let index = 0; index < 10; index++) {
      times.push(clock);
      await queue.publish(MESSAGE, 'live');
      await pass(1_000);
    }
    expect(queue.published(0).map(({ messageId }) => messageId)).toEqual(['8', '9', '10']);
    expect(queue.published(times[8] ?? 0).map(({ messageId }) => messageId)).toEqual(['9', '10']);
    expect(queue.published(clock)).toEqual([]);
  });

  test('close leaves no timer, no push and no waiting caller', async () => {
    const signals: AbortSignal[] = [];
    answer = ({ message }, signal) => {
      if (message.messageId === '1') return 503;
      signals.push(signal);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(0)));
    };
    await queue.publish(MESSAGE, 'live');
    await queue.publish(MESSAGE, 'live');
    const idle = queue.idle();
    await settled();
    await queue.close();
    await idle;
    expect(alarms.size).toBe(0);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
    await expect(queue.publish(MESSAGE, 'live')).rejects.toMatchObject({ name: 'QueueUnavailable' });
    await pass(3_600_000);
    expect(pushes).toHaveLength(2);
  });
});
