/** One calendar: whose it is, who may do what with it, and its events. */

import type { JsonObject } from '../wire/json.ts';
import type { AccessRole } from './access-role.ts';
import { EventStore } from './event-store.ts';
import { fingerprint } from './identifiers.ts';

/** What a new calendar is. */
export interface CalendarOptions {
  /** The user whose calendar it is; default: the user named like the calendar. */
  readonly owner?: string | undefined;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  /** IANA name; default UTC. */
  readonly timeZone?: string | undefined;
}

/** See the head of this file. */
export class Calendar {
  readonly id: string;
  readonly owner: string;
  readonly events = new EventStore();
  /** Stable and opaque; names the watched thing in notifications. */
  readonly resourceId: string;
  summary: string;
  description: string | undefined;
  timeZone: string;
  /** Generated calendars (holidays, birthdays) refuse channels. */
  isPushSupported: boolean;
  /** Raised to invalidate every sync token of the calendar, whoever holds it. */
  tokenEpoch = 0;
  readonly #roles = new Map<string, AccessRole>();
  readonly #tokenEpochs = new Map<string, number>();

  constructor(id: string, options: CalendarOptions) {
    this.id = id;
    this.owner = (options.owner ?? id).toLowerCase();
    this.summary = options.summary ?? id;
    this.description = options.description;
    this.timeZone = options.timeZone ?? 'UTC';
    this.isPushSupported = !/@group\.v\.calendar\.google\.com$/.test(id);
    this.resourceId = Buffer.from(`${fingerprint(id)}-${fingerprint(`resource of ${id}`)}-events`).toString(
      'base64url',
    );
  }

  /** Whether it is its owner's own calendar, not a further one. */
  get isPrimary(): boolean {
    return this.id.toLowerCase() === this.owner;
  }

  /** The role of a user; `none` for a stranger. */
  roleOf(user: string): AccessRole {
    const email = user.toLowerCase();
    return email === this.owner ? 'owner' : (this.#roles.get(email) ?? 'none');
  }

  /** Gives a user a role. What his sync tokens remember may no longer be what he sees, so they expire. */
  setRole(user: string, role: AccessRole): void {
    const email = user.toLowerCase();
    if (this.#roles.get(email) === role) return;
    this.#roles.set(email, role);
    this.#tokenEpochs.set(email, (this.#tokenEpochs.get(email) ?? 0) + 1);
  }

  /** The state of a user's sync tokens: a token of another epoch has expired. */
  tokenEpochOf(user: string): string {
    return `${this.tokenEpoch}.${this.#tokenEpochs.get(user.toLowerCase()) ?? 0}`;
  }

  /** The organizer of what is made in this calendar. */
  organizer(): JsonObject {
    const name = this.isPrimary ? {} : { displayName: this.summary };
    return { email: this.id, ...name, self: true };
  }
}
