import { describe, expect, test } from '@jest/globals';
import { type PushSenderOptions, startPushSender } from '../../../../sandbox/calendar/push/push-sender.ts';
import { ALICE, buildWorld, eventsPath } from '../world.ts';

/**
 * A receiver that answers in turn with the given statuses (or fails, or never answers), and the last of them for ever
 * after.
 */
function receiver(...answers: readonly (number | 'fail' | 'hang')[]) {
  const states: string[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const fetch: typeof globalThis.fetch = async (_address, init) => {
    const answer = answers[Math.min(states.length, answers.length - 1)];
    states.push(new Headers(init?.headers).get('x-goog-resource-state') ?? '');
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    try {
      if (answer === 'hang') await aborted(init?.signal);
      else await new Promise((resolve) => setImmediate(resolve));
      if (typeof answer !== 'number') throw new TypeError('fetch failed');
      return new Response(null, { status: answer });
    } finally {
      underWay -= 1;
    }
  };
  return { fetch, states, mostUnderWay: () => mostUnderWay };
}

function aborted(signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

function watched(options: PushSenderOptions) {
  const world = buildWorld();
  const sender = startPushSender(world.calendar, { retryDelaysMs: [1, 1, 1], ...options });
  world.call('POST', `${eventsPath(ALICE)}/watch`, {
    body: { id: 'c', type: 'web_hook', address: 'https://x.example/' },
  });
  return { world, sender };
}

/** Waits for so many attempts, and a little longer for one too many. A test's own time limit ends a wait in vain. */
async function attempted(states: readonly string[], count: number): Promise<void> {
  while (states.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('the push sender', () => {
  test.each([
    ['accepted', [204], 1],
    ['refused for good by 404', [404], 1],
    ['refused for good by 429', [429], 1],
    ['sent elsewhere', [302], 1],
    ['met by 500 and then accepted', [500, 200], 2],
    ['met by 502, 503 and 504 and then accepted', [502, 503, 504, 201], 4],
    ['met by an unreachable receiver first', ['fail', 204], 2],
    ['never accepted', [503], 4],
  ] as const)('tries a notification that is %s as often as it should', async (_name, answers, attempts) => {
    const { fetch, states } = receiver(...answers);
    const { sender } = watched({ fetch });
    await attempted(states, attempts);
    expect(states).toHaveLength(attempts);
    await sender.close();
  });

  test('holds back a delayed notification', async () => {
    const { fetch, states } = receiver(204);
    const { world, sender } = watched({ fetch });
    world.calendar.faults.add({ kind: 'delayNotification', delayMs: 20, next: 1 });
    world.insert(ALICE);
    await new Promise((resolve) => setImmediate(resolve));
    expect(states).toEqual(['sync']);
    await attempted(states, 2);
    expect(states).toEqual(['sync', 'exists']);
    await sender.close();
  });

  test('gives up on a receiver that does not answer in time, and tries again', async () => {
    const { fetch, states } = receiver('hang', 204);
    const { sender } = watched({ fetch, timeoutMs: 5 });
    await attempted(states, 2);
    expect(states).toHaveLength(2);
    await sender.close();
  });

  test('has only so many under way at once, and loses none of the others', async () => {
    const { fetch, states, mostUnderWay } = receiver(204);
    const { world, sender } = watched({ fetch, concurrencyMax: 3 });
    for (let count = 0; count < 20; count += 1) world.insert(ALICE);
    await attempted(states, 21);
    expect([states.length, mostUnderWay()]).toEqual([21, 3]);
    await sender.close();
  });

  test('leaves nothing under way or waiting when it is closed', async () => {
    const { fetch, states } = receiver('hang');
    const { world, sender } = watched({ fetch, concurrencyMax: 1 });
    world.insert(ALICE);
    world.calendar.faults.add({ kind: 'delayNotification', delayMs: 5 });
    world.insert(ALICE);
    await sender.close();
    world.insert(ALICE);
    await attempted(states, 1);
    expect(states).toEqual(['sync']);
  });
});
