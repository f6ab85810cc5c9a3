/**
 * The outside world as the use cases see it. They await nothing but calls of these interfaces: a simulation that
 * implements them decides about time, randomness, order and every fault. Adapters implement one each.
 */

import type { Grant } from './connection/judge-grant.ts';
import type { ConnectionRecord, TicketRecord } from './connection/records.ts';
import type { SealKeys } from './connection/seal.ts';
import type { Breaker } from './delivery/breaker.ts';
import type { CalendarNotice, ConferenceChange, EventPatch, Outcome } from './delivery/change.ts';
import type { LossReason } from './disconnect-reasons.ts';
import type { AccessRole, ListedEvent, LiveEvent } from './event/event.ts';
import type { BindingId, CalendarKey, ConferenceKey, SubjectKey } from './ids.ts';
import type { LogLine } from './log-line.ts';
import type { KeyRing } from './notification/channel.ts';
import type { Lane, WorkMessage } from './notification/work-message.ts';
import type { Policy } from './policy.ts';
import type { BindingRecord, CalendarRecord, CalendarStatus, ConferenceRecord } from './state/records.ts';

/** Time. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Where everything random comes from. */
export interface RandomSource {
  /** From 0 (included) to 1. */
  fraction(): number;
  /** At least 20 characters of a-z and 0-9 that never come again. */
  id(): string;
}

/** Whose calendar, and as whom we act. */
export interface CalendarAccess {
  readonly calendarId: string;
  readonly subject: string;
}

/** Which part of a calendar to list; the token and the time bound exclude each other. */
export interface ListQuery {
  readonly syncToken: string | null;
  readonly pageToken: string | null;
  /** Unix milliseconds. */
  readonly timeMin: number | null;
}

/** One page of a listing: either there is a next page, or the listing is over and has a sync token. */
export interface EventPage {
  readonly events: readonly ListedEvent[];
  readonly accessRole: AccessRole | null;
  readonly next:
    | { readonly kind: 'page'; readonly pageToken: string }
    | { readonly kind: 'end'; readonly syncToken: string };
}

/**
 * Google Calendar. Each call has a total deadline and makes no retries.
 * @throws RateLimited, GoogleUnavailable, AccessLost, OwnAccountRefused, CalendarUnreachable or RequestRefused, each of them
 */
export interface GoogleCalendar {
  /** @throws SyncTokenRejected */
  list(access: CalendarAccess, query: ListQuery): Promise<EventPage>;
  /** The event as it is now; null if Google does not know it (and does know the calendar). */
  get(access: CalendarAccess, eventId: string, accessRole: AccessRole | null): Promise<ListedEvent | null>;
  /** Whether any occurrence of this series takes place, as Google shows it; true where Google cannot say. */
  hasInstances(access: CalendarAccess, eventId: string): Promise<boolean>;
  /**
   * Writes to the event only if its etag is still the given one, and tells no guests.
   * @returns the event as Google says it is now, which can lack what was asked
   * @throws EventChanged, EventGone
   */
  patch(access: CalendarAccess, eventId: string, etag: string, patch: EventPatch): Promise<LiveEvent>;
  /** @throws PushUnsupported, ChannelIdTaken */
  watch(access: CalendarAccess, request: WatchRequest): Promise<{ resourceId: string; expiresAt: number }>;
  /** Ends a channel; one that is already gone counts as ended. */
  stop(access: CalendarAccess, channel: { id: string; resourceId: string }): Promise<void>;
}

/** What to ask Google for when opening a channel. */
export interface WatchRequest {
  readonly id: string;
  readonly token: string;
  readonly address: string;
  readonly ttlMs: number;
}

/** A page of stored records in the order of their keys. */
export interface KeyRange<Key> {
  /** Only keys after this one; null for the beginning. */
  readonly after: Key | null;
  readonly limit: number;
}

/** What the gauges of the fleet depend on; both Unix milliseconds. */
export interface FleetQuestion {
  /** What was due before this counts as overdue. */
  readonly overdueBefore: number;
  /** A channel that ends before this counts as ending soon. */
  readonly endingBefore: number;
}

/** How many of each there are in the whole fleet. */
export interface FleetCounts {
  readonly calendars: number;
  readonly paused: number;
  readonly disconnected: number;
  readonly unreachable: number;
  readonly unsupportedPush: number;
  /** Active calendars that have no channel. */
  readonly channelless: number;
  /** Active calendars whose channel ends soon; one that is renewed in time never does, where Google grants what we ask for. */
  readonly channelsEnding: number;
  readonly overdueCalendars: number;
  readonly overdueConferences: number;
  /** Conferences that wait for something: a delivery, a retry, the end of a grace. */
  readonly pending: number;
  /** Conferences whose last delivery failed and is tried again. */
  readonly failing: number;
  readonly orphaned: number;
  /** Events and conferences of which the conference system refused the last change. */
  readonly failed: number;
}

/** Where a binding stands among all bindings. */
export type BindingPlace = Pick<BindingRecord, 'calendar' | 'id'>;

/** Where a conference stands among those whose deliveries fail. */
export type FailingConference = Pick<ConferenceRecord, 'key' | 'attempts'>;

/** Where a calendar stands among those whose syncs fail. */
export type FailingCalendar = Pick<CalendarRecord, 'key' | 'failure'>;

/**
 * The database. Records are immutable values.
 * @throws StoreUnavailable, each of the calls
 */
export interface Store {
  /**
   * Runs `work` as one serializable transaction: what it wrote happens at once, after it returns, or not at all. `work` may
   * run more than once and must do nothing else outside. What `work` throws comes out unchanged, and nothing is written.
   */
  transact<Result>(work: (tx: StoreTransaction) => Promise<Result>): Promise<Result>;
  calendar(key: CalendarKey): Promise<CalendarRecord | undefined>;
  conference(key: ConferenceKey): Promise<ConferenceRecord | undefined>;
  /** One read for each id, found or not. */
  bindings(calendar: CalendarKey, ids: readonly BindingId[]): Promise<ReadonlyMap<BindingId, BindingRecord>>;
  calendars(range: KeyRange<CalendarKey>, status?: CalendarStatus): Promise<readonly CalendarRecord[]>;
  /**
   * Calendars on which we act as this user, whatever the case of letters, in the order of their keys. One that was last written by a
   * release that stored no key of its user is found by the spelling that it has, until `keySubjects` has come by.
   */
  calendarsOf(subject: string, range: KeyRange<CalendarKey>): Promise<readonly CalendarRecord[]>;
  /** Gives calendars that lack it the key of their user; false where it was out of time, or some lack it still. One count where none does. */
  keySubjects(isOutOfTime: () => boolean): Promise<boolean>;
  bindingsOfCalendar(calendar: CalendarKey, range: KeyRange<BindingId>): Promise<readonly BindingRecord[]>;
  /** Bindings whose last change the conference system refused, in the order of their calendars. */
  failedBindings(range: KeyRange<BindingPlace>): Promise<readonly BindingRecord[]>;
  /** Conferences whose cancellation it refused. */
  failedConferences(range: KeyRange<ConferenceKey>): Promise<readonly ConferenceRecord[]>;
  /** Conferences that no event refers to, and that this calendar leads or led last: those that end, or have ended, on it, or that it announced. */
  conferencesLeftBy(calendar: CalendarKey, range: KeyRange<ConferenceKey>): Promise<readonly ConferenceRecord[]>;
  /** Conferences whose last delivery failed and is tried again, those with the fewest attempts first. */
  failingConferences(range: KeyRange<FailingConference>): Promise<readonly ConferenceRecord[]>;
  /** Active calendars whose last sync failed and is tried again, those with the fewest failures in a row first. */
  failingCalendars(range: KeyRange<FailingCalendar>): Promise<readonly CalendarRecord[]>;
  /** Calendars of one shard with `dueAt <= before`, the longest due first. */
  dueCalendars(shard: number, before: number, limit: number): Promise<readonly CalendarRecord[]>;
  /** Conferences of one shard with `dueAt <= before`, the longest due first. */
  dueConferences(shard: number, before: number, limit: number): Promise<readonly ConferenceRecord[]>;
  connection(key: SubjectKey): Promise<ConnectionRecord | undefined>;
  connections(range: KeyRange<SubjectKey>): Promise<readonly ConnectionRecord[]>;
  /** @throws RecordUnreadable: a link whose ticket cannot be read was not used */
  ticket(id: string): Promise<TicketRecord | undefined>;
  /** Counts over everything, from indexes: one read for each thousand records counted, and no more than some dozens besides. */
  countFleet(question: FleetQuestion): Promise<FleetCounts>;
  /** `channelsEnding` alone. */
  countChannelsEnding(endingBefore: number): Promise<number>;
}

/**
 * One transaction. Reads show the state before it, never its own writes.
 * @throws RecordUnreadable where a record that is asked for by its key is there and cannot be read. Queries leave it out, as every
 * read outside of a transaction does: only what is read here may be acted on where it is absent.
 */
export interface StoreTransaction {
  calendar(key: CalendarKey): Promise<CalendarRecord | undefined>;
  conferences(keys: readonly ConferenceKey[]): Promise<ReadonlyMap<ConferenceKey, ConferenceRecord>>;
  bindings(calendar: CalendarKey, ids: readonly BindingId[]): Promise<ReadonlyMap<BindingId, BindingRecord>>;
  /** Bindings of a conference that have something pending, lowest revision first. */
  pendingOf(conference: ConferenceKey, limit: number): Promise<readonly BindingRecord[]>;
  /** Bindings of a conference whose event is in doubt, the one that is read again first at the head. */
  doubtfulOf(conference: ConferenceKey, limit: number): Promise<readonly BindingRecord[]>;
  /** Bindings that keep a conference alive, in the order of their calendars; of one calendar if one is given. */
  referencesOf(conference: ConferenceKey, limit: number, calendar?: CalendarKey): Promise<readonly BindingRecord[]>;
  /** What one calendar has of a conference: the bindings that keep it alive (`event`), or its occurrences, whatever their state. */
  bindingsFor(
    conference: ConferenceKey,
    calendar: CalendarKey,
    kind: BindingRecord['kind'],
    range: KeyRange<BindingId>,
  ): Promise<readonly BindingRecord[]>;
  /** The first reference that is of a calendar after this one (null: of any), in the order of the calendars. */
  firstReferenceAfter(conference: ConferenceKey, calendar: CalendarKey | null): Promise<BindingRecord | undefined>;
  /** How many bindings of this calendar keep the conference alive. */
  countReferences(conference: ConferenceKey, calendar: CalendarKey): Promise<number>;
  /** Bindings of the occurrences of these series, in the order of their ids. */
  occurrencesOf(
    calendar: CalendarKey,
    seriesIds: readonly string[],
    range: KeyRange<BindingId>,
  ): Promise<readonly BindingRecord[]>;
  putCalendar(record: CalendarRecord): void;
  /** As putCalendar, with `openedAt` set to the time of the commit, by the database's clock. */
  putCalendarOpened(record: CalendarRecord): void;
  deleteCalendar(key: CalendarKey): void;
  putConference(record: ConferenceRecord): void;
  putBinding(record: BindingRecord): void;
  deleteBinding(calendar: CalendarKey, id: BindingId): void;
  connection(key: SubjectKey): Promise<ConnectionRecord | undefined>;
  putConnection(record: ConnectionRecord): void;
  deleteConnection(key: SubjectKey): void;
  ticket(id: string): Promise<TicketRecord | undefined>;
  putTicket(record: TicketRecord): void;
  deleteTicket(id: string): void;
}

/** The work topic. */
export interface WorkQueue {
  /** @throws QueueUnavailable if the broker did not confirm within 3 s */
  publish(message: WorkMessage, lane: Lane): Promise<void>;
}

/** A message that cannot be worked on, put aside for a person. */
export interface DeadLetter {
  /** The data of the message, as text. */
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly messageId?: string;
  /** How often it had been delivered. */
  readonly attempt?: number;
}

/** Where messages are put that cannot be worked on: the dead-letter topic. */
export interface DeadLetters {
  /**
   * Keeps data and attributes, with what is known of the failure as further attributes. Attribute values are cut to 1,024
   * bytes, and keys that begin with `goog` are left out, since the broker refuses both.
   * @throws QueueUnavailable if the broker did not confirm within 3 s
   */
  put(letter: DeadLetter): Promise<void>;
}

/** The company's conference system. Never throws: what went wrong is an outcome. */
export interface ConferenceBackend {
  apply(change: ConferenceChange): Promise<Outcome>;
  /** Hears that a calendar can be followed, or not any more. */
  tell(notice: CalendarNotice): Promise<Outcome>;
}

/** What to ask a user for on Google's page. */
export interface ConsentRequest {
  readonly state: string;
  readonly nonce: string;
  readonly challenge: string;
  /** The account to offer; null for the user's choice. */
  readonly subject: string | null;
  /** Whether the user is asked although he has granted it before: only then Google gives another refresh token. */
  readonly mustAsk: boolean;
}

/** Google's OAuth endpoints, as our client. Each call has a total deadline and makes no retries. */
export interface GoogleConsent {
  /** The scope that is asked for beside the user's address. */
  readonly scope: string;
  /** The address of Google's page. */
  addressOf(request: ConsentRequest): string;
  /**
   * What a code stands for. Its ID token was signed by Google for us and is valid now.
   * @throws AccessLost for a code that was used, is too old or is not ours
   * @throws IdentityRefused, OwnAccountRefused, RateLimited, GoogleUnavailable or RequestRefused
   */
  exchange(code: string, verifier: string): Promise<Grant>;
  /** Ends a grant; one that is over already counts as ended. @throws RateLimited, GoogleUnavailable, RequestRefused */
  revoke(refreshToken: string): Promise<void>;
}

/** The consents that users have given, as far as access tokens go. @throws StoreUnavailable, each of the calls */
export interface Grants {
  /**
   * The refresh token of a user; undefined where none has ever connected under this address.
   * @throws AccessLost if the consent is gone, OwnAccountRefused if it cannot be read or no key of ours opens it
   */
  refreshTokenOf(subject: string): Promise<string | undefined>;
  /** Google has given another refresh token in place of this one. */
  replace(subject: string, before: string, after: string): Promise<void>;
  /** Google does not take this refresh token any more. Gives the reason, which may say more than Google does. */
  end(subject: string, token: string, told: LossReason): Promise<LossReason>;
}

/** What channels are opened with. Who opens none has none, so that no token is ever signed with a key that is not there. */
export interface ChannelTerms {
  readonly keys: KeyRing;
  /** Where Google is told to call. */
  readonly receiverUrl: string;
}

/** How users connect their calendars here. */
export interface ConnectionTerms {
  readonly keys: SealKeys;
  /** Our OAuth client. */
  readonly clientId: string;
  /** Public address of connectCalendars, without a slash at its end. */
  readonly url: string;
  /** Hosts that a browser may be sent back to. */
  readonly returnHosts: readonly string[];
}

/** Where log lines go. */
export interface Log {
  write(line: LogLine): void;
}

/** What everything but a delivery and the opening of a channel may touch. */
export interface CalendarServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly google: GoogleCalendar;
  readonly store: Store;
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly policy: Policy;
  /** The process is going down: start nothing new, leave everything so that another can go on. */
  isStopping(): boolean;
}

/** What the opening of a channel may touch. */
export interface ChannelServices extends CalendarServices {
  readonly channels: ChannelTerms;
}

/** What the receiver of notifications may touch: neither the database nor Google. */
export interface ReceiverServices extends Pick<CalendarServices, 'queue' | 'log'> {
  readonly channels: Pick<ChannelTerms, 'keys'>;
}

/** What it takes for users to connect. */
export interface ConnectionSetup {
  readonly consent: GoogleConsent;
  readonly terms: ConnectionTerms;
}

/** What the connection of a user may touch. None of it acts in the user's calendar. */
export interface ConnectServices
  extends ConnectionSetup,
    Pick<CalendarServices, 'clock' | 'random' | 'store' | 'queue' | 'log'> {}

/** All that a use case may touch. */
export interface Services extends ChannelServices {
  readonly conferences: ConferenceBackend;
  /** The state of the conference system as this process knows it. */
  readonly breaker: Breaker;
}
