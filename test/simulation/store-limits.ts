/**
 * What Firestore holds a commit to, and our adapter a transaction: https://firebase.google.com/docs/firestore/quotas#limits. Sizes are reckoned as
 * https://firebase.google.com/docs/firestore/storage-size says.
 */
import { StoreUnavailable } from '../../shared/domain/errors.ts';
import type { Commit } from './shadow.ts';

/** Of a request, and so of all that is written in one commit. */
export const COMMIT_BYTES_MAX = 10 * 1_024 * 1_024;
export const DOCUMENT_BYTES_MAX = 1_024 * 1_024;
/** The adapter gives a transaction up after this, all attempts together; Firestore itself would wait 270 s, and 60 s for the next call. */
export const TRANSACTION_MS_MAX = 10_000;
/** So long a round trip may take: a transaction that waits for more than a hundred in a row would never come to its end. */
const ROUND_TRIP_MS = 100;

const NAME_BYTES = 16;
const DOCUMENT_BYTES = 32;

/** Says which limit a commit breaks that waited for so many reads, one after the other; undefined if none. */
export function judgeLimits(commit: Commit, tripsInRow: number): string | undefined {
  const tookMs = tripsInRow * ROUND_TRIP_MS;
  if (tookMs > TRANSACTION_MS_MAX)
    return `a transaction waits for ${tripsInRow} reads in a row: at ${ROUND_TRIP_MS} ms each that is more than its ${TRANSACTION_MS_MAX} ms`;
  let all = 0;
  for (const [path, record] of written(commit)) {
    const bytes = bytesOfName(path) + (record === null ? 0 : DOCUMENT_BYTES + bytesOf(record));
    if (bytes > DOCUMENT_BYTES_MAX)
      return `${path} has ${bytes} bytes, and Firestore takes ${DOCUMENT_BYTES_MAX} in a document`;
    all += bytes;
  }
  return all > COMMIT_BYTES_MAX
    ? `a commit has ${all} bytes, and Firestore takes ${COMMIT_BYTES_MAX} in a request`
    : undefined;
}

/** Measures one transaction, from its call on. */
export class TransactionClock {
  readonly #now: () => number;
  readonly #startedAt: number;
  /** How often a read began while no other was under way: so many, at the least, have waited for one another. */
  tripsInRow = 0;
  #underWay = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  /** Another attempt begins. */
  restart(): void {
    this.tripsInRow = 0;
    this.#underWay = 0;
  }

  /** A read of it. @throws StoreUnavailable once it has taken too long */
  async read<Result>(effect: () => Promise<Result>): Promise<Result> {
    this.requireTime();
    if (this.#underWay++ === 0) this.tripsInRow++;
    try {
      return await effect();
    } finally {
      this.#underWay--;
      this.requireTime();
    }
  }

  /** @throws StoreUnavailable once it has taken too long */
  requireTime(): void {
    if (this.#now() - this.#startedAt > TRANSACTION_MS_MAX)
      throw new StoreUnavailable('simulated: the transaction ran out of time and was given up');
  }
}

function* written({ calendars, conferences, bindings }: Commit): Generator<[path: string, record: object | null]> {
  for (const [key, record] of calendars) yield [`calendars/${key}`, record];
  for (const [key, record] of conferences) yield [`conferences/${key}`, record];
  for (const [place, record] of bindings) yield [`calendars/${place.replace('/', '/bindings/')}`, record];
}

function bytesOfName(path: string): number {
  return path.split('/').reduce((sum, part) => sum + part.length + 1, NAME_BYTES);
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + 1;
  if (typeof value === 'number') return 8;
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + bytesOf(item), 0);
  return Object.entries(value).reduce((sum, [name, item]) => sum + name.length + 1 + bytesOf(item), 0);
}
