/** Takes over a refresh token that was obtained elsewhere, by a consent page of the company's own. */
import { tokenIsAbout } from '../../domain/connection/records.ts';
import { type SealKeys, seal } from '../../domain/connection/seal.ts';
import { subjectKeyOf } from '../../domain/ids.ts';
import type { CalendarServices } from '../../domain/ports.ts';

/** The key ring that seals the token, and the OAuth client that it was given to. */
export interface Sealing {
  readonly keys: SealKeys;
  readonly clientId: string;
}

/**
 * Stores the token as the user's connection. A user who has connected himself has a newer consent, which stays: then the answer is false,
 * and nothing is written. May be repeated. @throws StoreUnavailable, RecordUnreadable
 */
export async function importConsent(
  { store, clock, random }: Pick<CalendarServices, 'store' | 'clock' | 'random'>,
  { keys, clientId }: Sealing,
  subject: string,
  refreshToken: string,
): Promise<boolean> {
  const about = { key: subjectKeyOf(subject), clientId };
  const sealedToken = seal(refreshToken, keys, tokenIsAbout(about), random.id());
  return store.transact(async (tx) => {
    if ((await tx.connection(about.key)) !== undefined) return false;
    const state = { kind: 'connected', sealedToken, connectedAt: clock.now(), endsAt: null } as const;
    tx.putConnection({ ...about, subject, state });
    return true;
  });
}
