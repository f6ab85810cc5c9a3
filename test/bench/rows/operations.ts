/**
 * What a message costs in database operations: one that is skipped, one whose listing touches nothing of ours, one that changes a conference.
 * And for the last, how many commits stand one after the other before the conference system is called, and after it.
 */
import { google } from 'googleapis';
import { workOn } from '../../../functions/sync-calendar.ts';
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { encodeWork, type Lane, type WorkMessage } from '../../../shared/domain/notification/work-message.ts';
import { withDelayedCalls } from '../../delayed-calls.ts';
import { MemoryProperties } from '../baseline/memory-properties.ts';
import { syncEvents } from '../baseline/sync-events.ts';
import type { GoogleAnswers } from '../processes/google.ts';
import { StartedProcess } from '../processes/line.ts';
import type { Figure, Row } from '../row.ts';
import { distantDatabase } from '../world/distant-database.ts';
import { makeServices } from '../world/make-services.ts';
import { registerCalendars } from '../world/register.ts';
import { calendarIdOf } from '../world/sample-events.ts';

const LISTED = 50;
/** What Google and a conference system take to answer; milliseconds. */
const GOOGLE_MS = 150;
const WEBHOOK_MS = 150;

/** Operations of the database. */
export interface Spent {
  readonly reads: number;
  readonly writes: number;
}

/** How many commits a message made before the conference system was called, and after. */
export interface Commits {
  readonly before: number;
  readonly after: number;
}

/** What each kind of message cost. */
export interface SpentByKind {
  readonly commits: Commits;
  /** How long the worker is at a change, where each of those whom it asks takes his usual time; milliseconds. */
  readonly changedMs: number;
  readonly skipped: Spent;
  readonly untouched: Spent;
  readonly changed: Spent;
  readonly recipe: Spent;
}

/** See the file's head. */
export const operations: Row = {
  id: 'operations',
  async measure() {
    const { skipped, untouched, changed, commits, recipe } = await countOperations();
    const figure = (
      id: string,
      title: string,
      unit: string,
      value: number,
      baseline: number | null,
      atMost: number | null,
      note?: string,
    ): Figure => ({
      id,
      title,
      value,
      unit,
      baseline,
      bound: atMost === null ? null : { atMost },
      ...(note !== undefined && { note }),
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
        figure(
          'changed-operations',
          'a change of one conference, delivered',
          'operations',
          changed.reads + changed.writes,
          recipe.reads + recipe.writes,
          11,
          'three of the reads are of records that the same worker wrote before: to trust what it knows takes the time of its last write, which the client of Firestore tells of no transaction',
        ),
        figure(
          'changed-commits-before',
          'a change of one conference: commits between its notification and its delivery',
          'commits in series',
          commits.before,
          null,
          2,
        ),
        figure(
          'changed-commits-after',
          'a change of one conference: commits after its delivery',
          'commits in series',
          commits.after,
          null,
          1,
          'the change is settled, then the listing closed: one commit for both would save one round trip of twelve, and nobody waits for it',
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
    const commits = { before: 0, after: 0 };
    let isDelivered = false;
    const services = makeServices(
      withDelayedCalls(
        client,
        (name) => name === 'list',
        () => clock.sleep(GOOGLE_MS),
      ),
      {
        store: distantDatabase(store, clock.sleep, (hasWritten) => {
          if (hasWritten) commits[isDelivered ? 'after' : 'before']++;
        }),
        clock,
        conferences: {
          async apply() {
            await clock.sleep(WEBHOOK_MS);
            isDelivered = true;
            return { kind: 'done' };
          },
          tell: async () => ({ kind: 'done' }),
        },
      },
    );
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
    Object.assign(commits, { before: 0, after: 0 });
    isDelivered = false;
    const startedAt = now;
    const changed = await spend(sync, now);
    return {
      skipped,
      untouched,
      changed,
      commits,
      changedMs: now - startedAt,
      recipe: await countRecipe(await line.ask('address', null)),
    };
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
