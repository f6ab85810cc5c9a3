/** Time and chance of the real world. */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance, Clock } from '../../domain/ports.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now(), sleep: (ms) => sleep(ms) };

const FRACTIONS = 2 ** 40;

/** The machine's source of chance; ids have 122 bits. For UUIDs Node draws its bytes in advance. */
export const systemChance: Chance = {
  fraction: () => randomInt(FRACTIONS) / FRACTIONS,
  id: () => randomUUID().replaceAll('-', ''),
};
