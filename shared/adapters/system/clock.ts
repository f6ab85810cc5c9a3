/** Time and randomness of the real world. */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, RandomSource } from '../../domain/ports.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now(), sleep: (ms) => sleep(ms) };

const FRACTIONS = 2 ** 40;

/** The machine's source of randomness; ids have 122 bits. For UUIDs Node draws its bytes in advance. */
export const systemRandom: RandomSource = {
  fraction: () => randomInt(FRACTIONS) / FRACTIONS,
  id: () => randomUUID().replaceAll('-', ''),
};
