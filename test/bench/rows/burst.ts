/** A thousand notifications of one calendar within a second, through receiver, queue and worker, and what that costs in list calls. */

import { setTimeout as sleep } from 'node:timers/promises';
import { google } from 'googleapis';
import { workOn } from '../../../functions/sync-calendar.ts';
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryQueue } from '../../../shared/adapters/memory/queue.ts';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { systemClock } from '../../../shared/adapters/system/clock.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { channelIdFor, signChannel } from '../../../shared/domain/notification/channel.ts';
import { receiveNotification } from '../../../shared/flow/receive-notification.ts';
import { MemoryProperties } from '../baseline/memory-properties.ts';
import { syncEvents } from '../baseline/sync-events.ts';
import type { GoogleAnswers } from '../processes/google.ts';
import { StartedProcess } from '../processes/line.ts';
import type { Row } from '../row.ts';
import { median } from '../statistics.ts';
import { makeServices } from '../world/make-services.ts';
import { registerCalendars } from '../world/register.ts';
import { calendarIdOf } from '../world/sample-events.ts';
import { benchChannels } from '../world/terms.ts';

const NOTIFICATIONS = 1_000;
const BATCH = 10;
const PUSHES_AT_ONCE = 8;

/** See the file's head. */
export const burst: Row = {
  id: 'burst',
  async measure({ isQuick }) {
    const googleProcess = await StartedProcess.start<GoogleAnswers>('google.ts');
    try {
      await googleProcess.line.ask('fill', { calendars: 1, events: 20, oursEvery: 5 });
      const rounds = isQuick ? 1 : 3;
      const ours: number[] = [];
      for (let round = 0; round < rounds; round++) ours.push(await burstOfOurs(googleProcess));
      const baseline = await burstOfRecipe(googleProcess);
      return {
        figures: [
          {
            id: 'burst-list-calls',
            title: '1,000 notifications of one calendar within a second',
            value: median(ours),
            unit: 'list calls',
            baseline,
            bound: { atMost: 3 },
          },
        ],
      };
    } finally {
      await googleProcess.kill();
    }
  },
};

async function burstOfOurs({ line }: StartedProcess<GoogleAnswers>): Promise<number> {
  const client = createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl: await line.ask('address', null) });
  const channels = benchChannels();
  const store = createMemoryStore({ now: systemClock.now });
  const queue = createMemoryQueue({
    now: systemClock.now,
    timers: { set: setTimeout, clear: clearTimeout },
    concurrency: PUSHES_AT_ONCE,
    deliver: (envelope) => workOn(services, envelope),
  });
  const services = makeServices(client, { store, queue, channels });
  const key = calendarKeyOf(calendarIdOf(0));
  try {
    await registerCalendars(store, 1, Date.now());
    await queue.publish({ kind: 'sync', calendar: key, cause: 'registered' }, 'upkeep');
    await queue.idle();
    await sleep(1_100);
    const channelId = channelIdFor(key, 'benchmark');
    await store.transact(async (tx) => {
      const calendar = await tx.calendar(key);
      if (calendar !== undefined) tx.putCalendar({ ...calendar, openingChannel: channelId });
    });
    const headers = {
      'x-goog-channel-id': channelId,
      'x-goog-channel-token': signChannel(channelId, channels.keys),
      'x-goog-resource-id': 'resource',
      'x-goog-resource-state': 'exists',
    };
    await line.ask('listCalls', null);
    // An edit before the first and one before the last notification: no listing but a late one has seen them all.
    await line.ask('edit', { from: 0, to: 1, event: 0, edition: 1, isOurs: true });
    const startedAt = performance.now();
    for (let sent = 0; sent < NOTIFICATIONS; sent += BATCH) {
      if (sent === NOTIFICATIONS - BATCH)
        await line.ask('edit', { from: 0, to: 1, event: 5, edition: 1, isOurs: true });
      for (let one = 0; one < BATCH; one++) {
        await receiveNotification(services, headers);
      }
      const aheadMs = (sent / NOTIFICATIONS) * 990 - (performance.now() - startedAt);
      if (aheadMs > 1) await sleep(aheadMs);
    }
    await queue.idle();
    return await line.ask('listCalls', null);
  } finally {
    await queue.close();
    client.close();
  }
}

async function burstOfRecipe({ line }: StartedProcess<GoogleAnswers>): Promise<number> {
  const recipe = {
    api: google.calendar({ version: 'v3', rootUrl: await line.ask('address', null) }),
    properties: new MemoryProperties(),
    conferences: { update: async () => undefined, remove: async () => undefined },
  };
  await syncEvents(recipe, calendarIdOf(0));
  await line.ask('listCalls', null);
  for (let sent = 0; sent < NOTIFICATIONS; sent += BATCH) {
    await Promise.all(Array.from({ length: BATCH }, () => syncEvents(recipe, calendarIdOf(0))));
  }
  return line.ask('listCalls', null);
}
