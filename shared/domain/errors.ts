/**
 * Everything that can go wrong outside, by name. A name says what is true; what follows from it is decided by the
 * use case that catches it. Adapters throw these, always with the original as `cause`, and nothing else on purpose.
 */

import type { DisconnectReason, LossReason } from './disconnect-reasons.ts';

/** Common to all: a message for people without titles, addresses or tokens in it. */
export abstract class OutsideError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** Common to everything that Google's side can answer; none of it is a fault of ours or of our database. */
export abstract class GoogleTrouble extends OutsideError {}

/** Google does not accept the sync token: a full sync is needed. Any 410 on a list, and 400 `invalid` on one with a token. */
export class SyncTokenRejected extends GoogleTrouble {}

/** Google may be asked again after a while; `retryAfterMs` where it says after how long. */
abstract class GoogleWaits extends GoogleTrouble {
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options?: ErrorOptions & { retryAfterMs?: number | undefined }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** Google asks for fewer requests. */
export class RateLimited extends GoogleWaits {}

/** Google cannot be reached, did not answer in time, failed, or answered something unreadable. */
export class GoogleUnavailable extends GoogleWaits {}

/**
 * The grant of the subject is gone or was never given: a person must act. `reason` is `revoked` where nothing more is known, `word` is
 * Google's own for it, where it gave one.
 */
export class AccessLost extends GoogleTrouble {
  readonly reason: LossReason;
  readonly word: string | undefined;
  constructor(message: string, options?: ErrorOptions & { reason?: LossReason; word?: string | undefined }) {
    super(message, options);
    this.reason = options?.reason ?? 'revoked';
    this.word = options?.word;
  }
}

/** An ID token that Google has not signed for us, or not now. */
export class IdentityRefused extends GoogleTrouble {}

/** Our own account or project may not ask for a grant; says nothing about any user's. */
export class OwnAccountRefused extends GoogleTrouble {}

/** How long Google asks to be left alone, in milliseconds; 0 where it says nothing of it. */
export function askedWaitMs(error: unknown): number {
  return error instanceof GoogleWaits ? (error.retryAfterMs ?? 0) : 0;
}

/** Whether the trouble says nothing of an event, a calendar or a user's grant, and may be over when Google is asked again. */
export function isPassing(error: unknown): boolean {
  return error instanceof GoogleUnavailable || error instanceof RateLimited || error instanceof OwnAccountRefused;
}

/** The calendar does not exist, or is not shown to the subject (`calendar_gone`), or not enough of it is (`access_narrowed`). */
export class CalendarUnreachable extends GoogleTrouble {
  readonly reason: Extract<DisconnectReason, 'calendar_gone' | 'access_narrowed'>;
  constructor(message: string, options?: ErrorOptions & { reason?: CalendarUnreachable['reason'] }) {
    super(message, options);
    this.reason = options?.reason ?? 'calendar_gone';
  }
}

/** Google sends no notifications for this calendar (holidays, birthdays and the like). */
export class PushUnsupported extends GoogleTrouble {}

/** Google refused a request as such; sending it again cannot help. */
export class RequestRefused extends GoogleTrouble {}

/** The event is not what it was when we read it (412). */
export class EventChanged extends GoogleTrouble {}

/** The event does not exist any more. */
export class EventGone extends GoogleTrouble {}

/** The channel id was used before; a new one is needed. */
export class ChannelIdTaken extends GoogleTrouble {}

/** The database cannot be reached or could not finish a transaction. */
export class StoreUnavailable extends OutsideError {}

/** A stored record cannot be read, and what was about to be done without it would lose what it says. A person must look. */
export class RecordUnreadable extends OutsideError {}

/** The broker cannot be reached or did not confirm in time. */
export class QueueUnavailable extends OutsideError {}

/** Another worker holds the lease now, or a person changed the calendar: nothing more may be written. */
export class LeaseLost extends OutsideError {}

/** A calendar that nobody registered. */
export class UnknownCalendar extends OutsideError {}

/** A user who has not connected his calendar. */
export class UnknownConnection extends OutsideError {}

/** This installation has not been set up for users to connect. */
export class ConnectionsOff extends OutsideError {}

/** A request that cannot be understood; the message says which part and what it should be. */
export class BadRequest extends OutsideError {}

/** A record that is not in the state that a request made its condition; nothing was written. */
export class NotAsExpected extends OutsideError {}
