/**
 * What is stored of users' consents. All times are Unix milliseconds. Nothing in these records can be used by who reads them: what gives
 * access, or says who asked for what, is sealed.
 */
import type { LossReason } from '../disconnect-reasons.ts';
import type { SubjectKey } from '../ids.ts';

/** Whether we can act as the user by a consent of his own. */
export type ConnectionState =
  | {
      readonly kind: 'connected';
      /** The refresh token; see `tokenIsAbout`. */
      readonly sealedToken: string;
      readonly connectedAt: number;
      /** When Google ends the grant by itself, where it was given for a time; null for never. */
      readonly endsAt: number | null;
    }
  | { readonly kind: 'disconnected'; readonly reason: LossReason; readonly at: number };

/** A user who has connected his calendar, once at least. */
export interface ConnectionRecord {
  readonly key: SubjectKey;
  /** The user's address, as Google gave it. */
  readonly subject: string;
  /** The OAuth client that the grant was given to; another one cannot use it. */
  readonly clientId: string;
  readonly state: ConnectionState;
}

/** A link that was handed out and not used yet. */
export interface TicketRecord {
  readonly id: string;
  /** What it is for; see `ticketIsAbout`. */
  readonly sealed: string;
  /** When it may be removed. */
  readonly expireAt: number;
}

/** What the sealed refresh token of a connection is bound to. */
export function tokenIsAbout({ key, clientId }: Pick<ConnectionRecord, 'key' | 'clientId'>): readonly string[] {
  return ['refresh token', key, clientId];
}

/** What the sealed content of a ticket is bound to. */
export function ticketIsAbout(id: string): readonly string[] {
  return ['ticket', id];
}
