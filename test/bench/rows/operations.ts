/** What a message costs in database operations: one that is skipped, one whose listing touches nothing of ours, one that changes a conference. */
import { google } from 'googleapis';
import { workOn } from '../../../functions/sync-calendar.ts';
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { encodeWork, type Lane, type WorkMessage } from '../../../shared/domain/notification/work-message.ts';
import { MemoryProperties } from '../baseline/memory-properties.ts';
import { syncEvents } from '../baseline/sync-events.ts';
import type { GoogleAnswers } from '../processes/google.ts';
import { StartedProcess } from '../processes/line.ts';
import type { Row } from '../row.ts';
import { makeServices } from '../world/make-services.ts';
import { registerCalendars } from '../world/register.ts';
import { calendarIdOf } from '../world/sample-events.ts';

const LISTED = 50;

/** Operations of the database. */
export interface Spent {
  readonly reads: number;
  readonly writes: number;
}

/** What each kind of message cost. */
export interface SpentByKind {
  readonly skipped: Spent;
  readonly untouched: Spent;
  readonly changed: Spent;
  readonly recipe: Spent;
}

/** See the file's head. */
export const operations: Row = {
  id: 'operations',
  async measure() {
    const { skipped, untouched, changed, recipe } = await countOperations();
    const figure = (
      id: string,
      title: string,
      unit: string,
      value: number,
      baseline: number,
      atMost: number | null,
    ) => ({
      id,
      title,
      value,
      unit,
      baseline,
      bound: atMost === null ? null : { atMost },
    });
    return {
      figures: [
        figure('skipped-reads', 'a message that a listing has covered', 'reads', skipped.reads, recipe.reads, 1),
        figure('skipped-writes', 'a message that a listing has covered', 'writes', skipped.writes, recipe.writes, 0),
        figure(
          'untouched-reads',
          `a sync of ${LISTED} events, none ours`,
          'reads',
          untouched.reads,
          recipe.reads,
          2 + LISTED,
        ),
        figure(
          'untouched-writes',
          `a sync of ${LISTED} events, none ours`,
          'writes',
          untouched.writes,
          recipe.writes,
          2,
        ),
        figure('changed-reads', 'a change of one conference, delivered', 'reads', changed.reads, recipe.reads, null),
        figure(
          'changed-writes',
          'a change of one conference, delivered',
          'writes',
          changed.writes,
          recipe.writes,
          null,
        ),
      ],
    };
  },
};

/** Counts them over the embedded store, which bills as Firestore does, and a clock that needs no waiting. */
export async function countOperations(): Promise<SpentByKind> {
  const { line, kill } = await startGoogle();
  const client = createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl: await line.ask('address', null) });
  try {
    await line.ask('fill', { calendars: 1, events: LISTED + 1, oursEvery: LISTED + 1 });
    let now = Date.now();
    const clock = {
      now: () => now,
      async sleep(ms: number) {
        now += ms;
      },
    };
    const store = createMemoryStore({ now: clock.now });
    const services = makeServices(client, { store, clock });
    const calendar = calendarKeyOf(calendarIdOf(0));
    await registerCalendars(store, 1, now);
    const spend = async (message: WorkMessage, publishedAt: number, lane: Lane = 'live'): Promise<Spent> => {
      const before = { ...store.operations };
      const data = Buffer.from(encodeWork(message)).toString('base64');
      const publishTime = new Date(publishedAt).toISOString();
      const status = await workOn(services, {
        message: { data, publishTime, messageId: '1', attributes: { lane } },
      });
      if (status !== 204) throw new Error(`the worker answered ${status}`);
      const { reads, writes, deletes } = store.operations;
      return { reads: reads - before.reads, writes: writes + deletes - before.writes - before.deletes };
    };
    const sync: WorkMessage = { kind: 'sync', calendar, cause: 'notification' };
    // The first listing is a full one, and those belong to the other lane.
    await spend(sync, now, 'upkeep');
    now += 10_000;
    for (let event = 1; event <= LISTED; event++) {
      await line.ask('edit', { from: 0, to: 1, event, edition: 1, isOurs: false });
    }
    const untouched = await spend(sync, now);
    const skipped = await spend(sync, now - 5_000);
    now += 10_000;
    await line.ask('edit', { from: 0, to: 1, event: 0, edition: 1, isOurs: true });
    const changed = await spend(sync, now);
    return { skipped, untouched, changed, recipe: await countRecipe(await line.ask('address', null)) };
  } finally {
    client.close();
    await kill();
  }
}

async function startGoogle() {
  const started = await StartedProcess.start<GoogleAnswers>('google.ts');
  return { line: started.line, kill: () => started.kill() };
}

/** The recipe spends the same on every trigger. */
async function countRecipe(rootUrl: string): Promise<Spent> {
  const properties = new MemoryProperties();
  const conferences = { update: async () => undefined, remove: async () => undefined };
  const recipe = { api: google.calendar({ version: 'v3', rootUrl }), properties, conferences };
  await syncEvents(recipe, calendarIdOf(0));
  const before = { ...properties.operations };
  await syncEvents(recipe, calendarIdOf(0));
  return { reads: properties.operations.reads - before.reads, writes: properties.operations.writes - before.writes };
}
