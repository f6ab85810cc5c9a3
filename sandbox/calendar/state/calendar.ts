/** One calendar: whose it is, who may do what with it, and its events. */

import { isZone } from '../../import/zoned-time.ts';
import type { JsonObject } from '../wire/json.ts';
import { type AccessRole, grants } from './access-role.ts';
import { Acl, type AclScope } from './acl.ts';
import { EventStore } from './event-store.ts';
import { fingerprint } from './identifiers.ts';
import { resourceIdOf, type Watched } from './watched.ts';

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
export class Calendar implements Watched {
  readonly id: string;
  readonly acl: Acl;
  readonly events = new EventStore();
  /** Stable and opaque; names the watched thing in notifications. */
  readonly resourceId: string;
  /** Of its id; tokens of its listings carry it. */
  readonly fingerprint: string;
  summary: string;
  description: string | undefined = undefined;
  location: string | undefined;
  timeZone = 'UTC';
  /** Generated calendars (holidays, birthdays) refuse channels. */
  isPushSupported: boolean;
  /** Raised to invalidate every sync token of the calendar, whoever holds it. */
  tokenEpoch = 0;
  #owner: string;
  readonly #tokenEpochs = new Map<string, number>();

  constructor(id: string, options: CalendarOptions) {
    this.id = id;
    this.#owner = (options.owner ?? id).toLowerCase();
    this.acl = new Acl(id);
    this.acl.set({ type: 'user', value: this.#owner }, 'owner');
    this.summary = id;
    this.describe(options);
    this.isPushSupported = !/@group\.v\.calendar\.google\.com$/.test(id);
    this.resourceId = resourceIdOf(id, 'events');
    this.fingerprint = fingerprint(id);
  }

  /** The user whose calendar it is; others may have the role of an owner too. */
  get owner(): string {
    return this.#owner;
  }

  /** Takes over what the options say of it; what they leave out stays. @throws RangeError for a time zone that is none */
  describe({ summary, description, timeZone }: Omit<CalendarOptions, 'owner'>): void {
    if (timeZone !== undefined && !isZone(timeZone)) throw new RangeError(`There is no time zone ${timeZone}.`);
    this.summary = summary ?? this.summary;
    this.description = description ?? this.description;
    this.timeZone = timeZone ?? this.timeZone;
  }

  /** Whether it is its owner's own calendar, not a further one. */
  get isPrimary(): boolean {
    return this.id.toLowerCase() === this.owner;
  }

  /** The role of a user; `none` for a stranger. */
  roleOf(user: string): AccessRole {
    const email = user.toLowerCase();
    return email === this.#owner ? 'owner' : this.acl.roleOf(email);
  }

  /** Gives a role. What sync tokens remember may no longer be what their holders see, so they expire. Returns the rule's id. */
  setRole(scope: AclScope, role: AccessRole): string {
    const before = this.acl.rules.seq;
    const id = this.acl.set(scope, role);
    if (this.acl.rules.seq === before) return id;
    if (scope.type === 'user' && scope.value !== undefined) this.#expireTokensOf(scope.value.toLowerCase());
    else this.tokenEpoch += 1;
    return id;
  }

  /** Makes the calendar another user's; the one before him keeps the role of an owner. */
  transferTo(user: string): void {
    this.setRole({ type: 'user', value: user.toLowerCase() }, 'owner');
    this.#owner = user.toLowerCase();
  }

  /** Whether the user may read the events still. */
  hears(user: string): boolean {
    return grants(this.roleOf(user), 'reader');
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

  #expireTokensOf(email: string): void {
    this.#tokenEpochs.set(email, (this.#tokenEpochs.get(email) ?? 0) + 1);
  }
}
