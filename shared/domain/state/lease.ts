/** Leases on record: time-limited sole rights to work on a calendar, or to send for a conference or of a calendar. */
import type { Lease } from './records.ts';

/** Whether somebody has it at this time; whoever had it longer than that has died. */
export function isHeld(lease: Lease | null, now: number): lease is Lease {
  return lease !== null && lease.until > now;
}

/** Whether somebody else than this owner has it. */
export function isHeldByAnother(lease: Lease | null, owner: string, now: number): boolean {
  return isHeld(lease, now) && lease.owner !== owner;
}
