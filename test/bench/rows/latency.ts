/** From an edit in the calendar to its application by the conference system, through push, queue, worker, list and webhook. */
import { setTimeout as sleep } from 'node:timers/promises';
import { findEmulators } from '../../../sandbox/emulators/find-emulators.ts';
import type { GoogleAnswers } from '../processes/google.ts';
import { StartedProcess } from '../processes/line.ts';
import type { ServiceAnswers } from '../processes/service.ts';
import type { Curve, Figure, Row } from '../row.ts';
import { median, percentile, rounded } from '../statistics.ts';

const SETUPS = [
  { name: 'embedded', hasEmulators: false },
  { name: 'emulators', hasEmulators: true },
] as const;

/** How much to edit, and how fast: edits of one calendar wait for each other, a second apart. */
const LOADS = [
  { calendars: 1, edits: 12, paceMs: 1_300 },
  { calendars: 100, edits: 100, paceMs: 50 },
  { calendars: 1_000, edits: 400, paceMs: 25 },
] as const;
/** The emulators are much slower than what they stand for. */
const EMULATOR_PACE = 4;
/** Registering more of them there would take longer than the whole benchmark may. */
const EMULATED_MAX = 100;
const POLL_MS = 200;
const SETTLE_MS = 60_000;
/** One load may take no longer, or the whole benchmark would. */
const LOAD_MS = 90_000;
const STOP_MS = 10_000;

/** See the file's head. */
export const latency: Row = {
  id: 'latency',
  async measure({ isQuick, say }) {
    const figures: Figure[] = [];
    const tellFailure = (error: unknown): undefined => {
      say(`no figure: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    };
    const lines: { name: string; points: [number, number][] }[] = [];
    for (const { name, hasEmulators } of SETUPS) {
      const absence = hasEmulators ? await absenceOfEmulators() : undefined;
      if (absence !== undefined) {
        say(`no figures on the emulators: ${absence}`);
        continue;
      }
      const p50: [number, number][] = [];
      const p99: [number, number][] = [];
      for (const load of isQuick ? LOADS.slice(1, 2) : LOADS) {
        if (hasEmulators && load.calendars > EMULATED_MAX) continue;
        const pace = load.calendars > 1 && hasEmulators ? EMULATOR_PACE : 1;
        const edits = isQuick ? 20 : load.edits / pace;
        const times = await measureLoad({ ...load, edits, paceMs: load.paceMs * pace }, hasEmulators).catch(
          tellFailure,
        );
        if (times === undefined) break;
        say(`${name}, ${load.calendars} calendars: ${times.length} edits, p50 ${rounded(median(times))} ms`);
        const shared = {
          title: `edit to applied, ${load.calendars} calendars, ${name}`,
          unit: 'ms',
          baseline: null,
          bound: null,
        };
        const [middle, slow] = [Math.round(median(times)), Math.round(percentile(times, 0.99))];
        figures.push({
          ...shared,
          id: `latency-${name}-${load.calendars}-p50`,
          title: `${shared.title}, p50`,
          value: middle,
        });
        figures.push({
          ...shared,
          id: `latency-${name}-${load.calendars}-p99`,
          title: `${shared.title}, p99`,
          value: slow,
        });
        p50.push([load.calendars, middle]);
        p99.push([load.calendars, slow]);
      }
      if (p50.length > 0) lines.push({ name: `${name}, p50`, points: p50 }, { name: `${name}, p99`, points: p99 });
    }
    const curve: Curve = { id: 'latency', title: 'From an edit to its application', x: 'calendars', y: 'ms', lines };
    return { figures, curves: [curve] };
  },
};

async function absenceOfEmulators(): Promise<string | undefined> {
  const { firestore, pubsub } = await findEmulators();
  if (firestore.kind === 'absent') return firestore.reason;
  return pubsub.kind === 'absent' ? pubsub.reason : undefined;
}

interface Load {
  readonly calendars: number;
  readonly edits: number;
  readonly paceMs: number;
}

async function measureLoad(load: Load, hasEmulators: boolean): Promise<readonly number[]> {
  const google = await StartedProcess.start<GoogleAnswers>('google.ts');
  const service = await StartedProcess.start<ServiceAnswers>('service.ts');
  try {
    return await within(LOAD_MS, editAndWait(load, google, service, hasEmulators));
  } finally {
    // Emulators that do not stop in time end with their starter.
    await within(STOP_MS, service.line.ask('stop', null)).catch(() => undefined);
    await Promise.all([service.kill(), google.kill()]);
  }
}

async function editAndWait(
  { calendars, edits, paceMs }: Load,
  google: StartedProcess<GoogleAnswers>,
  service: StartedProcess<ServiceAnswers>,
  hasEmulators: boolean,
): Promise<readonly number[]> {
  await google.line.ask('fill', { calendars, events: 3, oursEvery: 3 });
  await google.line.ask('sendPushes', null);
  await service.line.ask('start', { rootUrl: await google.line.ask('address', null), hasEmulators });
  await service.line.ask('register', calendars);
  // Every calendar has been listed once; a second later each may be listed again.
  await untilListed(google, calendars);
  for (let edit = 0; edit < edits; edit++) {
    const from = edit % calendars;
    await google.line.ask('edit', { from, to: from + 1, event: 0, edition: edit + 1, isOurs: true });
    await sleep(paceMs);
  }
  const times: number[] = [];
  for (const end = Date.now() + SETTLE_MS; times.length < edits && Date.now() < end; await sleep(POLL_MS)) {
    times.push(...(await google.line.ask('latencies', null)));
  }
  if (times.length < edits) throw new Error(`${edits - times.length} of ${edits} edits were not applied`);
  return times;
}

/** @throws Error if the work has not ended after so many milliseconds */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
    // Whoever lost the race may still fail, when its processes are killed.
    work.catch(() => undefined);
  }
}

/** Waits until each calendar has been listed, and nothing more is. */
async function untilListed({ line }: StartedProcess<GoogleAnswers>, calendars: number): Promise<void> {
  const QUIET_MS = 2_000;
  let listed = 0;
  for (const end = Date.now() + SETTLE_MS; Date.now() < end; ) {
    await sleep(QUIET_MS);
    const calls = await line.ask('listCalls', null);
    listed += calls;
    if (calls === 0 && listed >= calendars) return;
  }
  throw new Error(`only ${listed} list calls for ${calendars} calendars`);
}
