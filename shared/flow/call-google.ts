/**
 * The one retry policy for calls to Google: jittered exponential backoff inside the caller's time, Retry-After
 * honoured. Everything but a rate limit and an outage comes through at once.
 */
import { askedWaitMs, GoogleUnavailable, RateLimited } from '../domain/errors.ts';
import { giveOrTakeAHalf } from '../domain/jitter.ts';
import type { Services } from '../domain/ports.ts';

const GOOGLE_CALL_FIRST_WAIT_MS = 500;
const GOOGLE_CALL_ATTEMPTS_MAX = 5;

/**
 * Calls until it succeeds, at most five times and never starting later than `until` (Unix milliseconds).
 * @throws whatever the last call threw
 */
export async function callGoogle<Result>(
  services: Pick<Services, 'clock' | 'random' | 'isStopping'>,
  until: number,
  call: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RateLimited || error instanceof GoogleUnavailable)) throw error;
      const waitMs = Math.max(
        askedWaitMs(error),
        giveOrTakeAHalf(GOOGLE_CALL_FIRST_WAIT_MS * 2 ** (attempt - 1), services.random.fraction()),
      );
      const isTooLate = services.clock.now() + waitMs >= until;
      if (attempt === GOOGLE_CALL_ATTEMPTS_MAX || isTooLate || services.isStopping()) throw error;
      await services.clock.sleep(waitMs);
    }
  }
}
