/**
 * Runs `work` as a Firestore transaction within a budget of our own: few attempts, short pauses, one end. The client's own retries are not
 * used: they pause up to a minute, and retry whatever error of the caller's happens to have a `code`.
 */
import type { Firestore, Transaction } from '@google-cloud/firestore';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { StoreTransaction } from '../../domain/ports.ts';
import type { Calls } from './calls.ts';
import type { FirestoreTransaction } from './transaction.ts';

/** How long and how often a transaction is tried. */
export interface TransactionBudget {
  /** Milliseconds from the call to its outcome, whatever happens. */
  readonly transactionMs: number;
  readonly attemptsMax: number;
}

type Attempt<Result> =
  | { readonly kind: 'committed'; readonly result: Result }
  | { readonly kind: 'thrown'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown; readonly mayRetry: boolean };

type Begin = (transaction: Transaction) => FirestoreTransaction;

const PAUSE_MS = 50;
const PAUSE_EXHAUSTED_MS = 1_000;

/**
 * What `work` returned, once its writes are committed. What it throws comes out unchanged.
 * @throws StoreUnavailable when attempts or time are used up, or when the answer to a commit was lost: it may have happened, so `work`
 * must not run again as if it had not
 */
export async function runTransaction<Result>(
  database: Firestore,
  calls: Calls,
  { transactionMs, attemptsMax }: TransactionBudget,
  begin: Begin,
  work: (tx: StoreTransaction) => Promise<Result>,
): Promise<Result> {
  const end = Date.now() + transactionMs;
  for (let attempt = 1; ; attempt++) {
    const startedAt = Date.now();
    const outcome = await tryOnce(database, calls, Math.max(1, end - startedAt), begin, work);
    if (outcome.kind === 'committed') return outcome.result;
    if (outcome.kind === 'thrown') throw outcome.error;
    const pauseMs = pauseAfter(attempt, Date.now() - startedAt, outcome.error);
    if (!outcome.mayRetry || attempt >= attemptsMax || Date.now() + pauseMs >= end) {
      throw new StoreUnavailable(`a transaction failed at attempt ${attempt}`, { cause: outcome.error });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

async function tryOnce<Result>(
  database: Firestore,
  calls: Calls,
  ms: number,
  begin: Begin,
  work: (tx: StoreTransaction) => Promise<Result>,
): Promise<Attempt<Result>> {
  const seen: { tx?: FirestoreTransaction; thrown?: { readonly error: unknown }; isCommitting: boolean } = {
    isCommitting: false,
  };
  const running = database.runTransaction(
    async (transaction) => {
      const tx = begin(transaction);
      seen.tx = tx;
      try {
        const result = await work(tx);
        tx.close();
        if (tx.failure !== undefined) throw tx.failure;
        tx.stage();
        seen.isCommitting = tx.hasWrites;
        return result;
      } catch (error) {
        tx.close();
        seen.thrown = { error };
        throw error;
      }
    },
    { maxAttempts: 1 },
  );
  try {
    return { kind: 'committed', result: await calls.within(ms, 'a transaction', running) };
  } catch (error) {
    seen.tx?.abandon();
    if (seen.tx?.failure !== undefined) return failed(seen.tx.failure, false);
    return seen.thrown === undefined ? failed(error, seen.isCommitting) : { kind: 'thrown', error: seen.thrown.error };
  }
}

function failed(error: unknown, isCommitting: boolean): Attempt<never> {
  return { kind: 'failed', error, mayRetry: isCertainlyUndone(error) || (!isCommitting && isPassing(error)) };
}

/** Refused by the database before anything was written: lock conflict, overload, or a transaction that was open too long. */
function isCertainlyUndone(error: unknown): boolean {
  const code = codeOf(error);
  if (code === Code.invalidArgument) return error instanceof Error && /transaction has expired/.test(error.message);
  return code === Code.aborted || code === Code.resourceExhausted;
}

function isPassing(error: unknown): boolean {
  switch (codeOf(error)) {
    case Code.cancelled:
    case Code.unknown:
    case Code.deadlineExceeded:
    case Code.internal:
    case Code.unavailable:
      return true;
    default:
      return false;
  }
}

/**
 * Half to one and a half of some milliseconds. Whoever lost a lock waits in proportion to the time that it lost: those who wait for each other's
 * locks give up together, and if they came back together, would lose together again.
 */
function pauseAfter(attempt: number, tookMs: number, error: unknown): number {
  return leastPauseAfter(attempt, tookMs, error) * (0.5 + Math.random());
}

function leastPauseAfter(attempt: number, tookMs: number, error: unknown): number {
  const growing = PAUSE_MS * 2 ** (attempt - 1);
  switch (codeOf(error)) {
    case Code.resourceExhausted:
      return PAUSE_EXHAUSTED_MS;
    case Code.aborted:
      return Math.max(growing, attempt * tookMs);
    default:
      return growing;
  }
}

/** https://grpc.io/docs/guides/status-codes/ */
const Code = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  resourceExhausted: 8,
  aborted: 10,
  internal: 13,
  unavailable: 14,
} as const;

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
