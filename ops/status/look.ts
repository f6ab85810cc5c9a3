/** Looks at one fact within a bound of time. What fails, or does not answer, becomes a reading that says why, and hides no other fact. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../shared/domain/errors.ts';
import type { Reading } from '../ports.ts';

/** How long one fact is waited for, in milliseconds. */
export const LOOK_MS = 4_000;

/** What is said of something that stayed silent for so long. */
export const NO_ANSWER = `no answer within ${LOOK_MS / 1_000} s`;

/** A fact that is known once it is read. Never throws. */
export function look<Fact>(read: () => Promise<Fact>): Promise<Reading<Fact>> {
  return lookFor(async () => ({ kind: 'known', fact: await read() }));
}

/** A fact that whoever reads it may already say is missing or out of reach. Never throws. */
export async function lookFor<Fact>(read: () => Promise<Reading<Fact>>): Promise<Reading<Fact>> {
  try {
    return await unlessSilent<Reading<Fact>>(read, { kind: 'unreadable', why: NO_ANSWER });
  } catch (error) {
    return { kind: 'unreadable', why: whyOf(error) };
  }
}

/** What is read; or else, after `LOOK_MS`, what is said of its silence. @throws what `read` throws */
export async function unlessSilent<Value>(read: () => Promise<Value>, silence: Value): Promise<Value> {
  const over = new AbortController();
  // Node takes the end of a wait that nobody needs any more for an error; by then the race is over.
  const late = sleep(LOOK_MS, silence, { signal: over.signal }).catch(() => silence);
  try {
    return await Promise.race([read(), late]);
  } finally {
    over.abort();
  }
}

/** The first line of what went wrong; of the database's trouble its own words. */
export function whyOf(error: unknown): string {
  if (error instanceof StoreUnavailable) {
    const { cause, message } = error;
    return `Firestore: ${firstLine(cause instanceof Error ? cause.message : message)}`;
  }
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
