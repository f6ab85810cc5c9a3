/**
 * The working copy of the records that one transaction changes: filled from its reads, changed by plans, written at
 * its end. Knows what differs, and nothing of events. Its bindings are those of one calendar, but for a new leader's.
 */
import { isDeepStrictEqual } from 'node:util';
import type { BindingId, CalendarKey, ConferenceKey } from '../ids.ts';
import type { Policy } from '../policy.ts';
import { withConferenceDue } from '../state/due.ts';
import { type BindingRecord, type ConferenceRecord, isReference, type Origin } from '../state/records.ts';

/** What changes depend on beside the records. */
export interface LedgerTerms {
  readonly calendar: CalendarKey;
  /** Null where it is not at hand; then no conference may end on the calendar. */
  readonly calendarId: string | null;
  /** Unix milliseconds. */
  readonly now: number;
  /** Marks bindings as shown by this full listing; null in an incremental one. */
  readonly sweepId: string | null;
  /** What brought to light what is recorded; absent where nothing need have changed. */
  readonly origin?: Origin;
  readonly policy: Pick<Policy, 'cancelGraceMs' | 'leaseMs' | 'fields'>;
  /** What is pended falls due after this where nobody is going to send it now; absent: when the lease of whoever records it would have ended. */
  readonly unsentRetryMs?: number;
}

/** What the transaction has read. */
export interface LedgerReads {
  readonly bindings: Iterable<BindingRecord>;
  readonly conferences: Iterable<ConferenceRecord>;
  /** The bindings under each series that may end, by the event id of its master. */
  readonly occurrences?: ReadonlyMap<string, readonly BindingRecord[]>;
}

/** What the transaction must write. */
export interface LedgerChanges {
  readonly bindings: readonly BindingRecord[];
  readonly deleted: readonly BindingRecord[];
  readonly conferences: readonly ConferenceRecord[];
}

/** See the file's head. */
export class Ledger {
  readonly terms: LedgerTerms;
  readonly #before = new Map<string, BindingRecord>();
  readonly #bindings = new Map<string, BindingRecord | null>();
  readonly #conferences = new Map<ConferenceKey, ConferenceRecord>();
  readonly #changedConferences = new Set<ConferenceKey>();
  readonly #released = new Set<ConferenceKey>();
  readonly #occurrences: ReadonlyMap<string, readonly BindingRecord[]>;

  constructor(terms: LedgerTerms, reads: LedgerReads) {
    this.terms = terms;
    this.#occurrences = reads.occurrences ?? new Map();
    for (const binding of reads.bindings) this.#before.set(pathOf(binding), binding);
    for (const bindings of this.#occurrences.values()) {
      for (const binding of bindings) this.#before.set(pathOf(binding), binding);
    }
    for (const conference of reads.conferences) this.#conferences.set(conference.key, conference);
  }

  /** The binding of this calendar as it stands now. */
  binding(id: BindingId): BindingRecord | undefined {
    return this.#current(pathOf({ calendar: this.terms.calendar, id }));
  }

  /** The conference as it stands now. */
  conference(key: ConferenceKey): ConferenceRecord | undefined {
    return this.#conferences.get(key);
  }

  /** The bindings under a series, as they stand now. */
  occurrencesOf(masterId: string): BindingRecord[] {
    return (this.#occurrences.get(masterId) ?? []).flatMap((binding) => this.#current(pathOf(binding)) ?? []);
  }

  /** Makes this the binding as it stands; one that equals what was read is not written. */
  putBinding(binding: BindingRecord): void {
    this.#bindings.set(pathOf(binding), binding);
  }

  /** Makes the binding absent. */
  deleteBinding(binding: BindingRecord): void {
    this.#bindings.set(pathOf(binding), null);
  }

  /** Makes this the conference as it stands, due by what it says itself; it is written even if it equals what was read. */
  putConference(conference: ConferenceRecord): void {
    this.#conferences.set(conference.key, withConferenceDue(conference));
    this.#changedConferences.add(conference.key);
  }

  /** The ID of this calendar, for whoever tells of its events. */
  get calendarId(): string {
    const { calendarId } = this.terms;
    if (calendarId === null) throw new Error('what tells of an event was recorded without the ID of its calendar');
    return calendarId;
  }

  /** Notes that somebody else decides about an event of the conference now. */
  noteRelease(key: ConferenceKey): void {
    this.#released.add(key);
  }

  /** Whether a reference of the conference was released since the ledger was filled: then no other's end may end it. */
  isReleased(key: ConferenceKey): boolean {
    return this.#released.has(key);
  }

  /** How many references of this calendar to the conference there are now more than were read. */
  referenceGain(key: ConferenceKey): number {
    let gain = 0;
    for (const [path, binding] of this.#bindings) {
      const before = this.#before.get(path);
      if ((binding ?? before)?.calendar !== this.terms.calendar) continue;
      if (isReference(binding ?? undefined) && binding?.conference === key) gain++;
      if (isReference(before) && before.conference === key) gain--;
    }
    return gain;
  }

  /** How many references to the conference were read and are none any more: queries still find them. */
  endedReferences(key: ConferenceKey): number {
    let ended = 0;
    for (const [path, binding] of this.#bindings) {
      const before = this.#before.get(path);
      if (!isReference(before) || before.conference !== key) continue;
      if (!isReference(binding ?? undefined) || binding?.conference !== key) ended++;
    }
    return ended;
  }

  /** A binding that a query found in the store, as it stands now; undefined if it is absent by now. */
  standing(stored: BindingRecord): BindingRecord | undefined {
    const changed = this.#bindings.get(pathOf(stored));
    return changed === undefined ? stored : (changed ?? undefined);
  }

  /** What differs from what was read. */
  changes(): LedgerChanges {
    const bindings: BindingRecord[] = [];
    const deleted: BindingRecord[] = [];
    for (const [path, binding] of this.#bindings) {
      const before = this.#before.get(path);
      if (binding === null) deleted.push(...(before === undefined ? [] : [before]));
      else if (before === undefined || !isDeepStrictEqual(before, binding)) bindings.push(binding);
    }
    return {
      bindings,
      deleted,
      conferences: [...this.#changedConferences].flatMap((key) => this.#conferences.get(key) ?? []),
    };
  }

  #current(path: string): BindingRecord | undefined {
    const changed = this.#bindings.get(path);
    return changed === undefined ? this.#before.get(path) : (changed ?? undefined);
  }
}

function pathOf({ calendar, id }: Pick<BindingRecord, 'calendar' | 'id'>): string {
  return `${calendar}/${id}`;
}
