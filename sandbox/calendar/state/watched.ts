/** Something that channels can be opened on: the events or the rules of a calendar, or what a user has for himself. */
import { fingerprint } from './identifiers.ts';

/** See the head of this file. */
export interface Watched {
  /** The calendar's or the user's. */
  readonly id: string;
  /** Stable and opaque; names the thing in notifications. */
  readonly resourceId: string;
  /** Generated calendars (holidays, birthdays) refuse channels. */
  readonly isPushSupported: boolean;
  /** Whether a user may see it still; who may not hears nothing. */
  hears(user: string): boolean;
}

/** The resource id of a thing of this kind. */
export function resourceIdOf(id: string, kind: string): string {
  return Buffer.from(`${fingerprint(id)}-${fingerprint(`resource of ${id}`)}-${kind}`).toString('base64url');
}
