/** Total deadlines: one signal for everything that a call does, whatever it is waiting for. */
import { GoogleUnavailable } from '../../domain/errors.ts';

/** Runs `work` with a signal that fires after so many milliseconds. */
export async function withDeadline<Result>(
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits for a promise that knows no signals itself; after the signal it goes on by itself and its end is ignored.
 * @throws GoogleUnavailable saying that `what` was not there in time
 */
export function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal, what: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new GoogleUnavailable(`${what}: not there in time`));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
