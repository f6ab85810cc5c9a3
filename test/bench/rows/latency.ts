/**
 * From an edit in the calendar to its application by the conference system, through push, queue, worker, list and webhook; and the CPU time
 * that an edit takes of the service's process.
 */
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
/** The load whose CPU time is told. */
const CPU_CALENDARS = 100;
/** The emulators are slower by far than what they stand for: there one edit follows another, for so long. */
const EMULATED_MS = 12_000;
/** What runs in Java is slow at first. */
const WARMING_EDITS = 5;
const POLL_MS = 50;
const SETTLE_MS = 60_000;
/** One load may take no longer, or the whole benchmark would. */
const LOAD_MS = 90_000;

/** See the file's head. */
export const latency: Row = {
  id: 'latency',
  async measure({ isQuick, say }) {
    const figures: Figure[] = [];
    const tellFailure = (error: unknown): undefined => {
      say(`no figure: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    };
    const cpu = new Map<string, number>();
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
        const edits = isQuick ? 20 : load.edits;
        const applied = await measureLoad({ ...load, edits }, hasEmulators).catch(tellFailure);
        if (applied === undefined) break;
        const { times, cpuMs } = applied;
        const took = `p50 ${rounded(median(times))} ms, ${rounded(cpuMs)} ms of CPU`;
        say(`${name}, ${load.calendars} calendars: ${times.length} edits, ${took}`);
        if (load.calendars === CPU_CALENDARS) cpu.set(name, cpuMs);
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
    const onEmulators = cpu.get('emulators');
    if (onEmulators !== undefined)
      figures.push({
        id: 'cpu-emulators',
        title: 'an edit on the emulators: CPU time of the whole process of receiver and worker',
        value: rounded(onEmulators),
        unit: 'ms',
        baseline: rounded(cpu.get('embedded') ?? Number.NaN),
        bound: null,
        note: 'with its notification, publication, push and webhook; baseline: the same process over embedded store and queue',
      });
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

/** What became of edits. */
interface Applied {
  /** From each edit to its application; milliseconds. */
  readonly times: readonly number[];
  /** CPU time of the service's process for one edit; milliseconds. */
  readonly cpuMs: number;
}

async function measureLoad(load: Load, hasEmulators: boolean): Promise<Applied> {
  const google = await StartedProcess.start<GoogleAnswers>('google.ts');
  const service = await StartedProcess.start<ServiceAnswers>('service.ts');
  try {
    return await within(LOAD_MS, editAndWait(load, google, service, hasEmulators));
  } finally {
    await Promise.all([service.kill(), google.kill()]);
  }
}

async function editAndWait(
  load: Load,
  google: StartedProcess<GoogleAnswers>,
  service: StartedProcess<ServiceAnswers>,
  hasEmulators: boolean,
): Promise<Applied> {
  const { calendars } = load;
  await google.line.ask('fill', { calendars, events: 3, oursEvery: 3 });
  await google.line.ask('sendPushes', null);
  await service.line.ask('start', { rootUrl: await google.line.ask('address', null) });
  await service.line.ask('register', calendars);
  // Every calendar has been listed once; a second later each may be listed again.
  await untilListed(google, calendars);
  const cpuMs = (): Promise<number> => service.line.ask('cpuMs', null);
  if (!hasEmulators) return editAtPace(load, google, cpuMs);
  await service.line.ask('moveToEmulators', calendars);
  return editInTurn(load, google, cpuMs);
}

/** Edits whatever has become of those before. */
async function editAtPace(
  { calendars, edits, paceMs }: Load,
  { line }: StartedProcess<GoogleAnswers>,
  cpuMs: () => Promise<number>,
): Promise<Applied> {
  const cpuBefore = await cpuMs();
  for (let edit = 0; edit < edits; edit++) {
    const from = edit % calendars;
    await line.ask('edit', { from, to: from + 1, event: 0, edition: edit + 1, isOurs: true });
    await sleep(paceMs);
  }
  const times: number[] = [];
  for (const end = Date.now() + SETTLE_MS; times.length < edits && Date.now() < end; await sleep(POLL_MS)) {
    times.push(...(await line.ask('latencies', null)));
  }
  if (times.length < edits) throw new Error(`${edits - times.length} of ${edits} edits were not applied`);
  return { times, cpuMs: ((await cpuMs()) - cpuBefore) / edits };
}

/** Edits when the edit before has been applied. */
async function editInTurn(
  { calendars, paceMs }: Load,
  { line }: StartedProcess<GoogleAnswers>,
  cpuMs: () => Promise<number>,
): Promise<Applied> {
  const times: number[] = [];
  let cpuBefore = 0;
  for (let edit = 0, end = Number.POSITIVE_INFINITY; Date.now() < end; edit++) {
    if (edit === WARMING_EDITS) {
      end = Date.now() + EMULATED_MS;
      cpuBefore = await cpuMs();
    }
    const from = edit % calendars;
    await line.ask('edit', { from, to: from + 1, event: 0, edition: edit + 1, isOurs: true });
    await sleep(paceMs);
    let applied: readonly number[] = [];
    for (const latest = Date.now() + SETTLE_MS; applied.length === 0; await sleep(POLL_MS)) {
      if (Date.now() > latest) throw new Error(`edit ${edit} was not applied`);
      applied = await line.ask('latencies', null);
    }
    if (edit >= WARMING_EDITS) times.push(...applied);
  }
  return { times, cpuMs: ((await cpuMs()) - cpuBefore) / times.length };
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
