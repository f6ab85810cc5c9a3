/** A calendar of 100,000 events: listed in little memory, and gone on with where a killed worker stopped. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { deploymentOf, nodeOptionsOf } from '../../deployed/deployments.ts';
import type { Finished, Kept } from './large-calendar-worker.ts';

const EVENTS = 100_000;
const PAGES = EVENTS / 250;
const MEMORY_GROWTH_MAX = 32 * 1024 * 1024;
/** Pages between two checkpoints. */
const PAGES_LOST_MAX = 20;
const LEASE_MS = 3_000;
const LARGE = calendarKeyOf('large@example.com');

let server: ChildProcess;
let rootUrl = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  server = fork(join(import.meta.dirname, 'large-calendar-server.ts'), [String(EVENTS)], { execArgv: [] });
  const [{ port }] = await once(server, 'message');
  rootUrl = `http://127.0.0.1:${port}`;
}, 120_000);

afterAll(() => {
  server.kill('SIGKILL');
  for (const child of children) child.kill('SIGKILL');
});

async function listCalls(): Promise<number> {
  return Number(await (await fetch(`${rootUrl}/listCalls`)).text());
}

/** What a database would hold after all that was committed. */
class Records {
  readonly #calendars = new Map<string, Kept['calendars'][number]>();
  readonly #conferences = new Map<string, Kept['conferences'][number]>();
  readonly #bindings = new Map<string, Kept['bindings'][number]>();

  keep({ calendars, conferences, bindings }: Kept): void {
    for (const one of calendars) this.#calendars.set(one.key, one);
    for (const one of conferences) this.#conferences.set(one.key, one);
    for (const one of bindings) this.#bindings.set(`${one.calendar}/${one.id}`, one);
  }

  get large() {
    return this.#calendars.get(LARGE);
  }

  get largeBindings(): number {
    return [...this.#bindings.values()].filter(({ calendar }) => calendar === LARGE).length;
  }

  all(): Kept {
    return {
      calendars: [...this.#calendars.values()],
      conferences: [...this.#conferences.values()],
      bindings: [...this.#bindings.values()],
    };
  }
}

/** Starts a worker over these records; resolves with its last word, or undefined if it was killed first. */
function work(
  records: Records,
  onCommit: (worker: ChildProcess) => void = () => undefined,
): Promise<Finished | undefined> {
  const execArgv = [...nodeOptionsOf(deploymentOf('sync-calendar-upkeep')), '--expose-gc'];
  const worker = fork(join(import.meta.dirname, 'large-calendar-worker.ts'), [], { execArgv });
  children.push(worker);
  return new Promise((resolve) => {
    let finished: Finished | undefined;
    worker.on('message', (message: { kept?: Kept; finished?: Finished }) => {
      if (message.kept !== undefined) {
        records.keep(message.kept);
        onCommit(worker);
      }
      finished ??= message.finished;
    });
    worker.once('exit', () => resolve(finished));
    worker.send({ rootUrl, kept: records.all() });
  });
}

test('is synced with at most 32 MB more than a small one', async () => {
  const records = new Records();
  const finished = await work(records);
  expect(finished?.outcome).toBe('synced');
  expect(records.largeBindings).toBe(EVENTS / 200);
  const growth = (finished?.memory.most ?? Infinity) - (finished?.memory.before ?? 0);
  process.stderr.write(`full sync of ${EVENTS} events: ${(growth / 1024 / 1024).toFixed(0)} MB of growth\n`);
  expect(growth).toBeLessThanOrEqual(MEMORY_GROWTH_MAX);
}, 180_000);

test('is gone on with from the last checkpoint when its worker is killed half way', async () => {
  const records = new Records();
  const before = await listCalls();
  let isKilled = false;
  const killed = await work(records, (worker) => {
    const page = records.large?.checkpoint?.pageToken;
    if (isKilled || page == null || records.largeBindings < EVENTS / 400) return;
    isKilled = true;
    worker.kill('SIGKILL');
  });
  expect(killed).toBeUndefined();
  const first = (await listCalls()) - before;
  expect(first).toBeGreaterThan(PAGES / 3);
  expect(first).toBeLessThan(PAGES);

  // A dead worker's lease ends by itself.
  await new Promise((resolve) => setTimeout(resolve, LEASE_MS));
  const finished = await work(records);
  expect(finished?.outcome).toBe('synced');
  expect(records.large).toMatchObject({ checkpoint: null, lease: null, syncToken: expect.any(String) });
  expect(records.largeBindings).toBe(EVENTS / 200);
  // The listing that was gone on with, and the one that the message asked for, which began after it.
  expect((await listCalls()) - before).toBeLessThanOrEqual(PAGES + PAGES_LOST_MAX + 2);
}, 180_000);
