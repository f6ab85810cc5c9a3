/** All calendars by id, and the answer to who asks. */

import { authError, notFound, requiredAccessLevel } from '../wire/api-error.ts';
import { type CalendarRequest, headerOf } from '../wire/requests.ts';
import { type AccessRole, grants } from './access-role.ts';
import { Calendar, type CalendarOptions } from './calendar.ts';
import { UserShelf } from './user-shelf.ts';

/** A calendar with the user who asks for it. */
export interface Access {
  readonly calendar: Calendar;
  readonly user: string;
  readonly role: AccessRole;
}

/** How users and calendars come about. */
export interface DirectoryOptions {
  readonly defaultUser: string;
  readonly autoCreate: boolean;
  readonly userOfToken?: ((token: string) => string | undefined) | undefined;
  readonly scopesOfToken?: ((token: string) => readonly string[] | undefined) | undefined;
}

/** See the head of this file. */
export class Directory {
  readonly #calendars = new Map<string, Calendar>();
  readonly #shelves = new Map<string, UserShelf>();
  readonly #deletedIds = new Set<string>();
  readonly #defaultUser: string;
  readonly #autoCreate: boolean;
  readonly #userOfToken: (token: string) => string | undefined;
  readonly #scopesOfToken: (token: string) => readonly string[] | undefined;

  constructor(options: DirectoryOptions) {
    this.#defaultUser = options.defaultUser;
    this.#autoCreate = options.autoCreate;
    this.#userOfToken = options.userOfToken ?? (() => undefined);
    this.#scopesOfToken = options.scopesOfToken ?? (() => undefined);
  }

  /** Makes a calendar, or describes the one of that id anew, which keeps its owner. @throws RangeError for a time zone that is none */
  add(id: string, options: CalendarOptions = {}): Calendar {
    const known = this.#calendars.get(id);
    if (known !== undefined) {
      known.describe(options);
      return known;
    }
    const calendar = new Calendar(id, options);
    this.#calendars.set(id, calendar);
    this.#deletedIds.delete(id);
    return calendar;
  }

  /** Takes a calendar away for good: `autoCreate` does not bring it back. */
  delete(calendar: Calendar): void {
    this.#calendars.delete(calendar.id);
    this.#deletedIds.add(calendar.id);
  }

  /** The calendar of this id, if there is one; none is made. */
  peek(id: string): Calendar | undefined {
    return this.#calendars.get(id) ?? this.#calendars.get(id.toLowerCase());
  }

  /** The calendar of this id, made at its first use where `autoCreate` says so. */
  find(id: string): Calendar | undefined {
    const known = this.peek(id);
    if (known !== undefined || !this.#autoCreate || !id.includes('@') || this.#deletedIds.has(id)) return known;
    return this.add(id);
  }

  /** All calendars, oldest first. */
  all(): IterableIterator<Calendar> {
    return this.#calendars.values();
  }

  /** What the user, named in lower case, has for himself. */
  shelfOf(user: string): UserShelf {
    const known = this.#shelves.get(user);
    if (known !== undefined) return known;
    const shelf = new UserShelf(user);
    this.#shelves.set(user, shelf);
    return shelf;
  }

  /**
   * Who asks: `Authorization: Bearer user:EMAIL`, or whoever the token belongs to; undefined for nobody in particular, who acts as
   * the owner of whatever he addresses.
   * @throws ApiError 401 for any other authorization
   */
  actor(request: CalendarRequest): string | undefined {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const user = /^user:(\S+@\S+)$/i.exec(token)?.[1] ?? (token === '' ? undefined : this.#userOfToken(token));
    if (user === undefined) throw authError();
    return user.toLowerCase();
  }

  /** The scopes to which whoever asks is bounded; undefined where he may do everything. */
  scopes(request: CalendarRequest): readonly string[] | undefined {
    const token = tokenOf(request);
    return token === undefined ? undefined : this.#scopesOfToken(token);
  }

  /** Who asks, for what concerns a user and not a calendar: nobody in particular is the default user. */
  userOf(request: CalendarRequest): string {
    return this.actor(request) ?? this.#defaultUser;
  }

  /**
   * The addressed calendar, with what the user who asks may do.
   * @throws ApiError 404 where there is none, or none that he may see; 403 where he may do too little
   */
  access(
    request: CalendarRequest,
    calendarId: string,
    needed: 'freeBusyReader' | 'reader' | 'writer' | 'owner',
  ): Access {
    const actor = this.actor(request);
    const calendar = this.find(calendarId === 'primary' ? (actor ?? this.#defaultUser) : calendarId);
    if (calendar === undefined) throw notFound();
    const user = actor ?? calendar.owner;
    const role = calendar.roleOf(user);
    if (role === 'none') throw notFound();
    // A writer without private access writes all the same.
    const enough = needed === 'writer' ? 'writerWithoutPrivateAccess' : needed;
    if (!grants(role, enough)) throw requiredAccessLevel(needed === 'freeBusyReader' ? 'reader' : needed);
    return { calendar, user, role };
  }
}

/** The bearer token of a request: empty for an authorization of another kind, undefined where there is none. */
function tokenOf(request: CalendarRequest): string | undefined {
  const header = headerOf(request, 'authorization');
  return header === undefined ? undefined : (/^Bearer (\S+)$/i.exec(header)?.[1] ?? '');
}
