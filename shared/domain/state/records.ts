/**
 * What is stored, and what each fact means. Every fact has one home: a calendar owns its sync token, a binding what
 * was delivered for one event, a conference how many events refer to it and how far its revisions have come.
 * Records are values: a change makes a new record, which only a store writes. All times are Unix milliseconds.
 */
import { DISCONNECT_REASONS } from '../disconnect-reasons.ts';
import type { AccessRole, EventTime } from '../event/event.ts';
import type { EventField, FieldHashes } from '../event/event-fields.ts';
import { type BindingId, type CalendarKey, type ConferenceKey, departureIdOf } from '../ids.ts';

/**
 * `active`: synced. `unsupported-push`: synced on a timer, as Google offers no channel for it. `disconnected`: the grant is
 * gone. `unreachable`: the calendar is gone or closed to us. `paused`: a person said so.
 * All but `paused` are looked at again by themselves.
 */
export const CALENDAR_STATUSES = ['active', 'paused', 'disconnected', 'unreachable', 'unsupported-push'] as const;
/** See CALENDAR_STATUSES. */
export type CalendarStatus = (typeof CALENDAR_STATUSES)[number];

/** A time-limited sole right. */
export interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** A push subscription at Google. */
export interface Channel {
  readonly id: string;
  readonly resourceId: string;
  readonly expiresAt: number;
  /** When to open its successor. */
  readonly renewAt: number;
  /** When a notification last came through it; null until the first one did. */
  readonly provenAt: number | null;
}

/** A channel that is no longer wanted, until Google confirms its end or it expires by itself. */
export type StrayChannel = Pick<Channel, 'id' | 'resourceId' | 'expiresAt'>;

/** How far a listing has come: what a checkpoint keeps, so that another worker can go on. */
export interface Listing {
  readonly mode: 'incremental' | 'full';
  /** The sync token that the listing started from; null for a full one. */
  readonly startToken: string | null;
  /** The page to read next; null for the first. */
  readonly pageToken: string | null;
  /** True from the second page on. */
  readonly hasTurnedPage: boolean;
  /** A listing is read once more where a series of ours turned up on a later page than its occurrences might have. */
  readonly pass: number;
  readonly wantsAnotherPass: boolean;
  /** The access that its last page granted; before the first one, that of the listing before. */
  readonly accessRole: AccessRole | null;
  /** Marks the bindings that a full listing showed; null for an incremental one. */
  readonly sweepId: string | null;
  /** Events that ended before this are not listed; null for no bound. */
  readonly timeMin: number | null;
  /** Set once the last page is read; what remains of a full listing is the sweep over bindings it did not show. */
  readonly nextSyncToken: string | null;
  /** The last binding that the sweep has looked at. */
  readonly sweptTo: BindingId | null;
  /** Something that this pass of it showed could not be recorded; see `Unrecorded`. */
  readonly hasUnrecorded: boolean;
}

/**
 * Events that are not on record, as a record which they concern cannot be read, or our access has hidden what they hold until now. Only a
 * full listing shows them again.
 */
export interface Unrecorded {
  /** Full listings that have left something out, in a row. */
  readonly count: number;
  /** When to list everything once more. */
  readonly retryAt: number;
}

/** When the first notification was published that no finished listing has satisfied; null for none. */
export interface Notified {
  /** Of those that the listing under way, or put by, satisfies. */
  readonly at: number | null;
  /** Of those that came too late for it, and wait for the next. */
  readonly nextAt: number | null;
}

/** Why and when something last failed; never holds text from an event. */
export interface Failure {
  readonly reason: string;
  readonly at: number;
  /** How many times in a row. */
  readonly count: number;
}

/** Why and when the last listing of a calendar failed. */
export interface ListingFailure extends Failure {
  /** Google is left alone until then, whoever asks for a listing but a person; absent where the next request may ask. */
  readonly notBefore?: number;
}

/** Workers that died at work on a calendar, since its last finished listing. */
export interface Deaths {
  readonly count: number;
  /** When the last of them was found out. */
  readonly at: number;
}

/** How often the sync token of a calendar had to be thrown away lately. */
export interface TokenRepairs {
  readonly count: number;
  readonly lastAt: number | null;
  /** No full sync before this. */
  readonly notBefore: number | null;
}

/** Whether Google lets us follow a calendar: `connected`, or why not. */
export const STANDINGS = ['connected', ...DISCONNECT_REASONS] as const;
/** See STANDINGS. */
export type Standing = (typeof STANDINGS)[number];

/** How far it is with telling the conference system; see `Notice`. */
export interface Telling {
  /** Attempts that failed, in a row. */
  readonly attempts: number;
  /** When it is told, or tried again. */
  readonly retryAt: number;
  /** Who is at it: notices of a calendar go out one at a time. */
  readonly sending: Lease | null;
}

/** What the conference system is told last of the standing of a calendar. */
export interface Notice {
  /** Orders the notices of a calendar, and makes the idempotency key. */
  readonly revision: number;
  readonly standing: Standing;
  /** When it was found out. */
  readonly seenAt: number;
  /** Null once the conference system has heard of it, or has refused to. */
  readonly telling: Telling | null;
}

/** A registered calendar. */
export interface CalendarRecord {
  readonly key: CalendarKey;
  readonly calendarId: string;
  /** The user whom we act as. */
  readonly subject: string;
  readonly status: CalendarStatus;
  /** A person said so. Such a calendar is paused, counts as not registered, and what is left of it is due to go. */
  readonly isBeingRemoved: boolean;
  /** Since when it is disconnected or unreachable, or Google has not found it any more; null while it is neither. */
  readonly outOfReachSince: number | null;
  /** Raised by every command of a person; a worker of an older generation can commit nothing. */
  readonly generation: number;
  /** Keys the field hashes of this calendar's bindings. */
  readonly hashKey: string;
  readonly accessRole: AccessRole | null;
  readonly syncToken: string | null;
  /** Commit time of the transaction that opened the running or else the last listing. */
  readonly openedAt: number | null;
  /** Whatever was published before this (less a margin) has been seen: `openedAt` of the last finished listing. */
  readonly coveredUntil: number | null;
  /** When a message first asked for another listing while the lease was held. */
  readonly wantedAt: number | null;
  readonly notified: Notified;
  readonly lease: Lease | null;
  readonly checkpoint: Listing | null;
  readonly unrecorded: Unrecorded | null;
  readonly channel: Channel | null;
  /** The id of a channel that is being opened: Google can use it before it has answered. */
  readonly openingChannel: string | null;
  /** When a notification came through the channel that is being opened; it proves the channel as soon as there is one. */
  readonly openingProvenAt: number | null;
  readonly strayChannels: readonly StrayChannel[];
  /** Why the last attempt at a channel failed, and how many did in a row; null once one is open. */
  readonly openingFailure: Failure | null;
  /** When to ask for a channel where there is none, or Google offered none; null for at the next look. */
  readonly pushRetryAt: number | null;
  readonly repairs: TokenRepairs;
  /** What was delivered is to be forgotten before the next listing, so that everything is sent again. */
  readonly wantsResend: boolean;
  /** The last binding of which that was done; null where none was yet. */
  readonly forgottenTo: BindingId | null;
  /** Why the last listing failed, its worker's death included, and how many did in a row; null once one is finished. */
  readonly failure: ListingFailure | null;
  readonly deaths: Deaths | null;
  /** Reconciles in a row that found nothing that no notification had told of; each lets the next one wait longer. */
  readonly quietReconciles: number;
  /** When to list without being asked; null while paused. */
  readonly reconcileAt: number | null;
  readonly lastSyncedAt: number | null;
  /** Null where the conference system is not to be told of calendars, or there was nothing to tell yet. */
  readonly notice: Notice | null;
  readonly dueAt: number | null;
  readonly dueShard: number;
}

/** `updated`: the event as a whole. The others speak of one occurrence of a series. */
export const PENDING_KINDS = ['updated', 'occurrence_updated', 'occurrence_cancelled'] as const;
/** See PENDING_KINDS. */
export type PendingKind = (typeof PENDING_KINDS)[number];

/** What brought a change to light: a notification, published at `at`, or a look that none had asked for. */
export type Origin = { readonly kind: 'notification'; readonly at: number } | { readonly kind: 'unnotified' };

/** A change that is recorded and not yet known to be delivered. Its content is read from Google when it is sent. */
export interface Pending {
  /** Orders the changes of a conference and makes the idempotency key; the same on every retry. */
  readonly revision: number;
  readonly what: PendingKind;
  readonly changed: readonly EventField[];
  readonly hashes: FieldHashes;
  readonly restored: boolean;
  /** Its revision may be behind what the conference system has seen: once its event was read, it gets another. */
  readonly needsRevision?: true;
  /** When the change was seen. */
  readonly seenAt: number;
  /** Absent where nothing need have changed: a full listing, a resend, a person's retry. */
  readonly origin?: Origin;
}

/**
 * `announced`: the event has not been seen yet. `live`: the event carries the conference. `failed`: so it does, and the conference
 * system refused the last change, or its event could not be had. `gone`: it does not any more.
 */
const BINDING_TABLE = {
  announced: { isReference: false },
  live: { isReference: true },
  failed: { isReference: true },
  gone: { isReference: false },
} as const satisfies Record<string, { readonly isReference: boolean }>;
/** See BINDING_TABLE. */
export type BindingState = keyof typeof BINDING_TABLE;
/** A state in which the binding of an event keeps its conference alive. */
export type ReferenceState = {
  [State in BindingState]: (typeof BINDING_TABLE)[State]['isReference'] extends true ? State : never;
}[BindingState];

/** Every state of a binding. Readers, queries and the count of references follow from the table. */
export const BINDING_STATES: readonly BindingState[] = Object.keys(BINDING_TABLE) as BindingState[];
/** See ReferenceState. */
export const REFERENCE_STATES: readonly ReferenceState[] = BINDING_STATES.filter(isReferenceState);

function isReferenceState(state: BindingState): state is ReferenceState {
  return BINDING_TABLE[state].isReference;
}

/** Says that an event of a calendar carries a conference (`event`), or deviates from its series (`occurrence`). */
export interface BindingRecord {
  readonly id: BindingId;
  readonly calendar: CalendarKey;
  readonly conference: ConferenceKey;
  readonly eventId: string;
  readonly kind: 'event' | 'occurrence';
  readonly state: BindingState;
  readonly recurringEventId: string | null;
  readonly originalStart: EventTime | null;
  /** When the event is over; null for endless or unknown. */
  readonly endsAt: number | null;
  readonly pending: Pending | null;
  /** What the conference system knows of the event; null for nothing. */
  readonly delivered: FieldHashes | null;
  /** What it refused, so that the same is not offered again. */
  readonly refused: Refused | null;
  readonly failure: Failure | null;
  readonly doubt: Doubt | null;
  /** Another conference that was announced for the event while it carried this one. */
  readonly announced: ConferenceKey | null;
  /** The etag that our own last write left, by which its echo is known. */
  readonly ownEtag: string | null;
  readonly lastSeenIn: string | null;
  /** When a gone binding may be forgotten; null for never. */
  readonly expireAt: number | null;
}

/** A change that the conference system refused, with what the event then held, and with what is named until a delivery is confirmed. */
export type Refused = Pick<Pending, 'what' | 'hashes' | 'changed'>;

/** An event that does not clearly say whether it still carries its conference: the binding stays until it has been read again. */
export interface Doubt {
  /** When it was first seen. */
  readonly since: number;
  /** When it is read again. */
  readonly readAt: number;
}

/** Why a conference is cancelled. */
export const CANCEL_REASONS = ['event_deleted', 'conference_removed', 'conference_replaced', 'series_ended'] as const;
/** See CANCEL_REASONS. */
export type CancelReason = (typeof CANCEL_REASONS)[number];

/** The event that was a conference's last. */
export interface LastEvent {
  readonly calendar: CalendarKey;
  readonly calendarId: string;
  readonly eventId: string;
  readonly reason: CancelReason;
}

/** Why a conference waits for its end, and until when. */
export interface Orphan extends LastEvent {
  readonly seenAt: number;
  /** When its last event is read once more: at the end of its grace, or later. It does not end before. */
  readonly readAt: number;
  /** When other calendars, where its event may have gone, were first asked to be listed; null while they were not. */
  readonly askedElsewhereAt: number | null;
  /** Since when Google refuses to show it; absent where it does not. */
  readonly refusedSince?: number;
}

/** A cancellation that is recorded and not yet known to be delivered. */
export interface Cancellation extends LastEvent {
  readonly revision: number;
  readonly seenAt: number;
  /** The calendar is not followed any more: once this is settled, nothing of its event is kept. */
  readonly isForgotten?: true;
}

/**
 * What a new leader owes the conference: a first word of each of its references, then of each of their occurrences that deviates. There can be
 * thousands, so it is noted how far they were looked through, in the order of their ids.
 */
export interface Owed {
  /** When it was first owed. */
  readonly since: number;
  /** Which of them are looked through now. */
  readonly kind: BindingRecord['kind'];
  /** The last that was looked at; null for none. */
  readonly after: BindingId | null;
  /** Other calendars have told of the conference since this one last led it: what it counts as delivered is told as well. */
  readonly isAnew: boolean;
}

/**
 * `orphaned`: no event refers to it (or none has appeared yet) and its grace runs, or its cancellation is pending. `failed`: the
 * conference system refused the cancellation.
 */
export const CONFERENCE_STATES = ['live', 'orphaned', 'cancelled', 'failed'] as const;
/** See CONFERENCE_STATES. */
export type ConferenceState = (typeof CONFERENCE_STATES)[number];

/** A conference of the company's. */
export interface ConferenceRecord {
  readonly key: ConferenceKey;
  readonly conferenceId: string;
  readonly revision: number;
  /** The calendar whose events may update it; without a reference, the one that announced it, or that of its last event. */
  readonly leader: CalendarKey | null;
  /** Bindings that keep it alive, in all and on the leading calendar. */
  readonly liveCount: number;
  readonly leadingCount: number;
  readonly state: ConferenceState;
  /** Kept where the end was refused, for whoever wants it tried again. */
  readonly orphan: Orphan | null;
  readonly cancellation: Cancellation | null;
  /** The event with which a cancelled conference ended, should it have to be told once more; null for any other. */
  readonly ended: LastEvent | null;
  /** A cancellation has, or may have, reached the conference system: what comes next must say `restored`. */
  readonly isCancelledThere: boolean;
  /** Until then the calendar that announced it leads, even though its event has not appeared. */
  readonly announcedUntil: number | null;
  /** When the first of its events that are in doubt is read again, or earlier; null where none is. */
  readonly doubtAt: number | null;
  /** What its leader still owes beside what is pending; null for nothing. */
  readonly owed: Owed | null;
  /** The last calendar that was asked whether it can lead in the place of one that is out of reach; null while none is being asked. */
  readonly offeredTo: CalendarKey | null;
  /** Who is sending for it now; one at a time. */
  readonly sending: Lease | null;
  readonly attempts: number;
  readonly failingSince: number | null;
  /** When pending changes are tried again, or first, should their worker die. */
  readonly retryAt: number | null;
  readonly failure: Failure | null;
  readonly dueAt: number | null;
  readonly dueShard: number;
  /** When a conference that is cancelled, or was released, may be forgotten; null for never. */
  readonly expireAt: number | null;
}

/** Whether the conference system knows, or should know, that this occurrence does not take part. */
export function isCancelledOccurrence({ kind, state, refused }: BindingRecord): boolean {
  const isRefused = state === 'failed' && refused?.what === 'occurrence_cancelled';
  return kind === 'occurrence' && (state === 'gone' || isRefused);
}

/** Whether the record only says that the occurrence has left its series' conference for one of its own. */
export function isDeparture({ id, eventId, conference }: BindingRecord): boolean {
  return id === departureIdOf(eventId, conference);
}

/** A binding that keeps its conference alive. */
export type Reference = BindingRecord & { readonly kind: 'event'; readonly state: ReferenceState };

/** Whether a binding keeps its conference alive. */
export function isReference(binding: BindingRecord | undefined): binding is Reference {
  return binding?.kind === 'event' && isReferenceState(binding.state);
}
