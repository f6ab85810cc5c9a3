/** Calls of the conference system, be it told of a conference or of a calendar: each is admitted by the breaker, which hears how it went. */
import type { Outcome } from '../../domain/delivery/change.ts';
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';

/** Claims what is to be sent. An admission that the claim makes no use of, or that fails, is given back. @throws what `claim` throws */
export async function claimAdmitted<Claim>(
  { breaker }: Pick<Services, 'breaker'>,
  isAdmitted: boolean,
  claim: () => Promise<Claim>,
  isToBeSent: (claimed: Claim) => boolean,
): Promise<Claim> {
  let isUsed = false;
  try {
    const claimed = await claim();
    isUsed = isToBeSent(claimed);
    return claimed;
  } finally {
    if (isAdmitted && !isUsed) breaker.giveBack();
  }
}

/** Sends what was claimed, and tells the breaker how it went. `ms` is how long it took. */
export async function sendClaimed(
  { breaker, clock, log }: Pick<Services, 'breaker' | 'clock' | 'log'>,
  about: ConferenceKey | CalendarKey,
  send: () => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly ms: number }> {
  const startedAt = clock.now();
  const outcome = await send();
  const now = clock.now();
  const turn = breaker.settle(about, outcome.kind, now);
  if (turn !== null) log.write({ line: 'breaker', outcome: turn });
  return { outcome, ms: now - startedAt };
}
