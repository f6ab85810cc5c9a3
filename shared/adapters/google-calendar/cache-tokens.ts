/**
 * Keeps one access token per subject until shortly before it expires, and lets only one request for a subject's
 * token be under way at a time: a burst of syncs for one user must not become a burst at the token endpoint.
 */
import type { AccessTokens } from './access-tokens.ts';
import { untilAborted, withDeadline } from './deadline.ts';

/** A token fresh from its issuer. */
export interface FreshToken {
  readonly token: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** A token is not used in its last minutes, so that it outlives the call that it is used for. */
const EXPIRY_MARGIN_MS = 5 * 60_000;
/** Subjects that are remembered at once; the one that was stored first goes first. */
const SUBJECTS_MAX = 50_000;

/** Longest time for making one; nobody waits for ever behind an issuer that hangs. */
const MINT_MS = 10_000;

/** Makes a token for a subject; the signal fires when nobody waits any more. */
export type Mint = (subject: string, signal: AbortSignal) => Promise<FreshToken>;

/** Access tokens that are made by `mint` and kept until five minutes before they expire; a failure is not kept. */
export function cacheTokens(mint: Mint, now: () => number): AccessTokens {
  const kept = new Map<string, FreshToken>();
  const underway = new Map<string, Promise<string>>();

  async function renew(subject: string): Promise<string> {
    try {
      const fresh = await withDeadline(MINT_MS, (signal) =>
        untilAborted(mint(subject, signal), signal, 'access token'),
      );
      kept.delete(subject);
      kept.set(subject, fresh);
      if (kept.size > SUBJECTS_MAX) {
        for (const oldest of kept.keys()) {
          kept.delete(oldest);
          break;
        }
      }
      return fresh.token;
    } finally {
      underway.delete(subject);
    }
  }

  return {
    async tokenFor(subject) {
      const known = kept.get(subject);
      if (known !== undefined && known.expiresAt - EXPIRY_MARGIN_MS > now()) return known.token;
      const waiting = underway.get(subject);
      if (waiting !== undefined) return waiting;
      const started = renew(subject);
      underway.set(subject, started);
      return started;
    },
    drop(subject, token) {
      if (kept.get(subject)?.token === token) kept.delete(subject);
    },
  };
}
