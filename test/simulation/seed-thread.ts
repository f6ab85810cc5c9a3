/** A thread that tries the seeds it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Manner, trySeed } from './try-seed.ts';

const manner: Manner = workerData;
parentPort?.on('message', async (seed: number) => parentPort?.postMessage(await trySeed(seed, manner)));
