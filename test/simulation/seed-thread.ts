/** A thread that tries the seeds it is sent, one after the other; asked for its paths, it tells which it has gone through. */
import { parentPort, workerData } from 'node:worker_threads';
import { measurePaths } from './measure-paths.ts';
import type { Manner } from './try-seed.ts';

const manner: Manner = workerData;
const takePaths = manner.measuresPaths ? await measurePaths() : undefined;
// Loaded here, since V8 counts branches only in what is compiled after it was told to.
const { trySeed } = await import('./try-seed.ts');
parentPort?.on('message', async (asked: number | 'paths') => {
  parentPort?.postMessage(asked === 'paths' ? ((await takePaths?.()) ?? []) : await trySeed(asked, manner));
});
