/** The life of a conference through the deployed functions over the official emulators. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { textAt } from '../../sandbox/calendar/wire/json.ts';
import { SENDING_MS } from '../../shared/domain/limits.ts';
import { type ChaosWorld, openChaosWorld } from '../chaos/open-world.ts';
import { describeWithEmulators } from '../emulators.ts';
import { at, ours, pathOf } from '../simulation/requests.ts';
import { REGISTERED } from '../simulation/settings.ts';
import { readEntries } from './cloud-logging.ts';

const [ALICE] = REGISTERED;
const PROMPT_MS = 40_000;

describeWithEmulators('the deployed functions', ['firestore', 'pubsub'], (hosts) => {
  let world: ChaosWorld;
  let eventId = '';
  beforeAll(async () => {
    world = await openChaosWorld(1, hosts);
    world.outside.isFaulty = false;
    world.front.isFaulty = false;
    const answer = await fetch(`${world.manager.url}/v1/calendars/${encodeURIComponent(ALICE)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subject: ALICE }),
    });
    expect(answer.status).toBe(201);
  }, 120_000);
  afterAll(() => world?.close(), 30_000);

  function edit(method: string, path: string, body?: object): string {
    const headers = { authorization: `Bearer user:${ALICE}` };
    const query: Record<string, string> = method === 'DELETE' ? {} : { conferenceDataVersion: '1' };
    const answer = world.calendar.handle({ method, path, query, headers, ...(body !== undefined && { body }) });
    expect(answer.status).toBeLessThan(300);
    return textAt(Object(answer.body), 'id') ?? '';
  }

  async function until(
    isSo: (conference: { state: string; title: unknown }) => boolean,
    withinMs = PROMPT_MS,
  ): Promise<void> {
    for (const end = Date.now() + withinMs; ; await sleep(50)) {
      const conference = world.conferences.get('c-story');
      if (conference !== undefined && isSo({ state: conference.state, title: conference.title })) return;
      if (Date.now() > end) throw new Error(`c-story is ${JSON.stringify(conference)}`);
    }
  }

  test('a conference follows its new event', async () => {
    const body = { summary: 'Planning', ...at(24), conferenceData: ours('c-story') };
    eventId = edit('POST', pathOf(ALICE), body);
    await until(({ state, title }) => state === 'active' && title === 'Planning');
  }, 60_000);

  test('a change arrives though every worker is told to go while it is under way', async () => {
    world.outside.isConferenceCut = true;
    edit('PATCH', pathOf(ALICE, eventId), { summary: 'Planning, renamed' });
    await sleep(1_000);
    const workers = world.processes.filter(({ target }) => target === 'syncCalendar');
    for (const { code } of await Promise.all(workers.map((worker) => worker.terminate()))) expect(code).toBe(0);
    world.outside.isConferenceCut = false;
    await Promise.all(workers.map((worker) => worker.start()));
    // One that had to go before its delivery was settled is believed to be at it for so long.
    await until(({ title }) => title === 'Planning, renamed', SENDING_MS + PROMPT_MS);
  }, 180_000);

  test('it ends with its event', async () => {
    edit('DELETE', pathOf(ALICE, eventId));
    await until(({ state }) => state === 'cancelled');
  }, 60_000);

  test('and each function has written entries that keep their severity and their fields', () => {
    const read = world.processes.map(({ stdout }) => readEntries(stdout));
    expect(read.flatMap(({ lost }) => lost)).toEqual([]);
    const lines = new Set(read.flatMap(({ entries }) => entries.map(({ line }) => line)));
    for (const line of ['notification', 'sync', 'delivery', 'renewal-run', 'manage']) expect(lines).toContain(line);
  });
});
