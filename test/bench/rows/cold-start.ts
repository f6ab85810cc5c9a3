/**
 * From the start of a process to its first HTTP answer, for receiver and worker: the artefact against the same function unbundled on the
 * whole of `googleapis`, and against a function of the framework that does nothing, which is the limit. And the size of the artefact against that of the packages that the other one needs.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type MeasuredFunction, startFunction } from '../processes/functions-server.ts';
import type { Figure, Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';
import { BARE_TARGET, buildDeployments } from '../world/build-deployments.ts';
import { SETTINGS } from '../world/terms.ts';

const MODULES = resolve(import.meta.dirname, '../../../node_modules');
const LOCK = resolve(import.meta.dirname, '../../../package-lock.json');

/** A request that each function answers without asking anybody: a forged notification, a push that is none. */
const FUNCTIONS = [
  { id: 'receiver', deployment: 'receive-notification', target: 'receiveNotification', body: '', status: 403 },
  { id: 'worker', deployment: 'sync-calendar-live', target: 'syncCalendar', body: '{}', status: 204 },
] as const;

/** See the file's head. */
export const coldStart: Row = {
  id: 'cold-start',
  async measure({ isQuick, say }) {
    const turns = isQuick ? 1 : 7;
    const deployments = await buildDeployments();
    try {
      const figures: Figure[] = [];
      for (const { id, ...deployed } of FUNCTIONS) {
        const ours: number[] = [];
        const whole: number[] = [];
        const bare: number[] = [];
        // By turns, after one start each that fills the file cache.
        for (let turn = 0; turn <= turns; turn++) {
          const wholeMs = await startMs({ ...deployed, source: deployments.unbundled, env: SETTINGS });
          const oursMs = await startMs({ ...deployed, source: deployments.artefact, env: SETTINGS });
          const bareMs = await startMs({
            deployment: deployed.deployment,
            target: BARE_TARGET,
            body: '',
            status: 204,
            source: deployments.bare,
            env: {},
          });
          if (turn === 0) continue;
          bare.push(bareMs);
          whole.push(wholeMs);
          ours.push(oursMs);
        }
        say(
          `${id}: ${ours.map(Math.round)} ms, unbundled ${whole.map(Math.round)} ms, bare ${bare.map(Math.round)} ms`,
        );
        const ofWhole = (times: readonly number[]): number =>
          rounded(median(times.map((ms, turn) => ms / (whole[turn] ?? Number.NaN))));
        figures.push(
          {
            id: `cold-start-${id}-ms`,
            title: `cold start of the ${id}`,
            value: Math.round(median(ours)),
            unit: 'ms',
            baseline: Math.round(median(whole)),
            bound: null,
            note: 'baseline: the same function on the whole of googleapis, unbundled',
          },
          {
            id: `cold-start-${id}`,
            title: `cold start of the ${id} against the same on the whole of googleapis`,
            value: ofWhole(ours),
            unit: 'of its time',
            baseline: ofWhole(bare),
            bound: { atMost: 0.22 },
            note: 'baseline: a function of the same framework that does nothing, which is the limit',
          },
        );
      }
      figures.push({
        id: 'artefact',
        title: 'deployed artefact, one file of code',
        value: rounded(deployments.bundleBytes / 1_048_576),
        unit: 'MB',
        baseline: rounded((await packageBytes('googleapis')) / 1_048_576),
        bound: { atMost: 6 },
        note: 'baseline: googleapis as it is installed, with what it needs',
      });
      return { figures };
    } finally {
      await deployments.remove();
    }
  },
};

async function startMs(measured: MeasuredFunction): Promise<number> {
  const server = await startFunction(measured);
  await server.kill();
  return server.startMs;
}

/** The size on disk of a package and of all that it depends on, by the lock file. */
async function packageBytes(name: string): Promise<number> {
  const { packages }: { packages: Record<string, { dependencies?: Record<string, string> }> } = JSON.parse(
    await readFile(LOCK, 'utf8'),
  );
  const needed = new Set<string>();
  const add = (one: string): void => {
    if (needed.has(one)) return;
    needed.add(one);
    for (const next of Object.keys(packages[`node_modules/${one}`]?.dependencies ?? {})) add(next);
  };
  add(name);
  const sizes = await Promise.all([...needed].map((one) => folderBytes(join(MODULES, one))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return folderBytes(path);
      return entry.isFile() ? (await stat(path)).size : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
