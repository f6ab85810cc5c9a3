/**
 * The records of some calendars, and what happens to them when events are listed, changes delivered and graces end:
 * the real rules over maps, without store, clock or network. What the conference system is told is kept as sentences.
 */

import type { ConferenceChange } from '../../shared/domain/delivery/change.ts';
import { composeCancellation, composeChange } from '../../shared/domain/delivery/compose-change.ts';
import {
  settleBinding,
  settleCancellation,
  settleConference,
  type Verdict,
} from '../../shared/domain/delivery/settle.ts';
import type { AccessRole, ListedEvent, LiveEvent } from '../../shared/domain/event/event.ts';
import type { EventField } from '../../shared/domain/event/event-fields.ts';
import {
  bindingIdOf,
  type CalendarKey,
  type ConferenceKey,
  calendarKeyOf,
  conferenceKeyOf,
} from '../../shared/domain/ids.ts';
import { announce } from '../../shared/domain/plan/announcements.ts';
import { applyPlan } from '../../shared/domain/plan/apply-plan.ts';
import { judgeOrphan } from '../../shared/domain/plan/judge-orphan.ts';
import { needsLeader, passLead } from '../../shared/domain/plan/lead.ts';
import { Ledger } from '../../shared/domain/plan/ledger.ts';
import { owePart } from '../../shared/domain/plan/owe.ts';
import { confirmEnd, type Known, type PlanRules, planEvent } from '../../shared/domain/plan/plan.ts';
import { selectConcerning } from '../../shared/domain/plan/select-concerning.ts';
import { withConferenceDue } from '../../shared/domain/state/due.ts';
import { type BindingRecord, type ConferenceRecord, isReference } from '../../shared/domain/state/records.ts';
import { knownOf } from '../../shared/flow/record/known-bindings.ts';
import { ALICE, DAY, FIELDS, MATCHERS, NOW, occurrencesIn, read, terms } from './build.ts';

/** How a listing was asked for. */
export interface ListOptions {
  readonly accessRole?: AccessRole | null;
  readonly sweepId?: string;
}

/** See the file's head. */
export class Book {
  /** Series of which Google shows no instance. */
  readonly emptySeries = new Set<string>();
  now = NOW;
  readonly bindings = new Map<string, BindingRecord>();
  readonly conferences = new Map<ConferenceKey, ConferenceRecord>();
  /** Everything that was sent, in order. */
  readonly changes: ConferenceChange[] = [];
  readonly fields: readonly EventField[];
  readonly matchers: PlanRules['matchers'];
  readonly #calendarIds = new Map<CalendarKey, string>();
  readonly #lastSeen = new Map<string, ListedEvent>();

  constructor(fields: readonly EventField[] = FIELDS, matchers: PlanRules['matchers'] = MATCHERS) {
    this.fields = fields;
    this.matchers = matchers;
  }

  /** Records a page of a calendar's listing. */
  list(calendarId: string, items: readonly unknown[], { accessRole = 'owner', sweepId }: ListOptions = {}): void {
    this.record(
      calendarId,
      items.map((item) => this.#read(item, accessRole)),
      sweepId ?? null,
    );
  }

  #read(item: unknown, accessRole: AccessRole | null): ListedEvent {
    const event = read(item, accessRole);
    return event.kind === 'live' ? { ...event, isEmptySeries: this.emptySeries.has(event.id) } : event;
  }

  /** Records events of a calendar that were read already. */
  record(calendarId: string, events: readonly ListedEvent[], sweepId: string | null = null): void {
    const calendar = calendarKeyOf(calendarId);
    const rules = this.#rules(calendarId);
    this.#calendarIds.set(calendar, calendarId);
    for (const event of events) this.#lastSeen.set(pathOf(calendar, event.id), event);
    const own = [...this.bindings.values()].filter((binding) => binding.calendar === calendar);
    const ledger = this.#ledger(calendarId, own, sweepId);
    const known = (event: ListedEvent): Known => knownOf(event, (id) => ledger.binding(id));
    const concerning = selectConcerning(events, known, rules, sweepId);
    const applyAll = (): void => {
      for (const event of concerning) applyPlan(ledger, event, planEvent(event, known(event), rules));
    };
    applyAll();
    if (this.#passLeads(ledger)) applyAll();
    this.#write(ledger);
  }

  /** Announces a conference for an event, for a day. */
  announce(calendarId: string, eventId: string, conferenceId: string): void {
    this.#calendarIds.set(calendarKeyOf(calendarId), calendarId);
    const ledger = this.#ledger(calendarId, [...this.bindings.values()], null);
    announce(ledger, eventId, conferenceId, this.now + DAY);
    this.#write(ledger);
  }

  /** Reads the last event of an orphan once more; `null` where Google does not know it. */
  endGrace(conferenceId: string, item: unknown, accessRole: AccessRole = 'owner'): void {
    const orphan = this.conference(conferenceId).orphan;
    if (orphan === null) throw new Error(`${conferenceId} is no orphan`);
    this.now = Math.max(this.now, orphan.readAt);
    const event: ListedEvent =
      item === null ? { kind: 'tombstone', id: orphan.eventId, occurrence: null } : this.#read(item, accessRole);
    this.record(orphan.calendarId, [event]);
    const conference = this.conference(conferenceId);
    if (conference.liveCount > 0) return;
    const confirmation = confirmEnd(event, conferenceId, this.#rules(orphan.calendarId));
    const terms = { now: this.now, reconcileMs: DAY, mayBeElsewhere: false };
    this.#put(judgeOrphan(conference, orphan, confirmation, terms).conference);
  }

  /** Sends everything that is pending, in order of revisions, and settles it with this verdict. */
  deliver(verdict: Verdict = { kind: 'delivered' }): void {
    for (const key of this.conferences.keys()) {
      this.#owe(key);
      this.#readOwed(key);
      for (const binding of this.#pendingOf(key)) this.#send(key, binding, verdict);
      const conference = this.conferences.get(key);
      if (conference?.cancellation == null) continue;
      const { cancellation } = conference;
      this.changes.push(composeCancellation(conference, cancellation));
      const claimed = { ...conference, isCancelledThere: true };
      this.#put(settleCancellation(claimed, cancellation.revision, verdict, this.now));
    }
  }

  /** Delivers, and says in sentences what was sent since the last time. */
  told(): string[] {
    const before = this.changes.length;
    this.deliver();
    return this.changes.slice(before).map(sentenceOf);
  }

  conference(conferenceId: string): ConferenceRecord {
    const conference = this.conferences.get(conferenceKeyOf(conferenceId));
    if (conference === undefined) throw new Error(`no conference ${conferenceId}`);
    return conference;
  }

  binding(eventId: string, calendarId = ALICE): BindingRecord | undefined {
    return this.bindings.get(pathOf(calendarKeyOf(calendarId), bindingIdOf(eventId)));
  }

  /** What is stored, in an order of its own, to compare books with. */
  contents(): { bindings: BindingRecord[]; conferences: ConferenceRecord[] } {
    const bindings = [...this.bindings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, binding]) => binding);
    const conferences = [...this.conferences].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
    return { bindings, conferences };
  }

  #rules(calendarId: string): PlanRules {
    return { calendarId, hashKey: `key of ${calendarId}`, matchers: this.matchers, fields: this.fields };
  }

  #ledger(calendarId: string, bindings: readonly BindingRecord[], sweepId: string | null): Ledger {
    const policy = { cancelGraceMs: 30_000, leaseMs: 120_000, fields: this.fields };
    return new Ledger(terms(calendarId, { now: this.now, sweepId, policy }), {
      bindings,
      conferences: this.conferences.values(),
      occurrences: occurrencesIn(bindings),
    });
  }

  #passLeads(ledger: Ledger): boolean {
    let isPassed = false;
    for (const conference of ledger.changes().conferences) {
      if (!needsLeader(conference, this.now)) continue;
      const changed = ledger.changes().bindings;
      const paths = new Set(changed.map(({ calendar, id }) => pathOf(calendar, id)));
      const references = [...[...this.bindings].filter(([path]) => !paths.has(path)).map(([, one]) => one), ...changed]
        .filter(isReference)
        .filter((binding) => binding.conference === conference.key)
        .sort((a, b) => (a.calendar < b.calendar ? -1 : 1));
      const leader = references[0]?.calendar;
      if (leader === undefined) continue;
      const leading = references.filter(({ calendar }) => calendar === leader);
      passLead(ledger, conference.key, leader, leading.length);
      isPassed = true;
    }
    return isPassed;
  }

  #write(ledger: Ledger): void {
    const { bindings, deleted, conferences } = ledger.changes();
    for (const binding of bindings) this.bindings.set(pathOf(binding.calendar, binding.id), binding);
    for (const binding of deleted) this.bindings.delete(pathOf(binding.calendar, binding.id));
    for (const conference of conferences) this.#put(conference);
  }

  #put(conference: ConferenceRecord): void {
    this.conferences.set(conference.key, withConferenceDue(conference));
  }

  #pendingOf(key: ConferenceKey): BindingRecord[] {
    return [...this.bindings.values()]
      .filter((binding) => binding.conference === key && binding.pending !== null)
      .sort((a, b) => (a.pending?.revision ?? 0) - (b.pending?.revision ?? 0));
  }

  /** Makes pending what a new leader owes. */
  #owe(key: ConferenceKey): void {
    for (;;) {
      const conference = this.conferences.get(key);
      if (conference?.owed == null || conference.leader === null) return;
      const own = [...this.bindings.values()].filter(({ calendar }) => calendar === conference.leader);
      const part = own.filter((binding) => {
        const isAsked = conference.owed?.kind === 'event' ? isReference(binding) : binding.kind === 'occurrence';
        return isAsked && binding.conference === key;
      });
      const ledger = this.#ledger(this.#calendarIds.get(conference.leader) ?? '', own, null);
      owePart(ledger, key, part, true);
      this.#write(ledger);
    }
  }

  /** What a new leader owes has no content yet: its events are read and recorded before anything is sent. */
  #readOwed(key: ConferenceKey): void {
    for (const { calendar, eventId, pending } of this.#pendingOf(key)) {
      const event = this.#lastSeen.get(pathOf(calendar, eventId));
      const isOwed = pending?.what !== 'occurrence_cancelled' && Object.keys(pending?.hashes ?? {}).length === 0;
      if (isOwed && event !== undefined) this.record(this.#calendarIds.get(calendar) ?? '', [event]);
    }
  }

  #send(key: ConferenceKey, binding: BindingRecord, verdict: Verdict): void {
    const conference = this.conferences.get(key);
    const { pending } = binding;
    if (conference === undefined || pending === null) return;
    const event = this.#lastSeen.get(pathOf(binding.calendar, binding.eventId));
    const change = composeChange({
      conference,
      calendarId: this.#calendarIds.get(binding.calendar) ?? '',
      binding,
      pending,
      event: event?.kind === 'live' ? (event satisfies LiveEvent) : undefined,
      fields: this.fields,
    });
    if (change === undefined) throw new Error(`no event at hand for ${binding.eventId}`);
    this.changes.push(change);
    const settled = settleBinding(binding, pending.revision, verdict, pending.hashes, this.now);
    this.bindings.set(pathOf(binding.calendar, binding.id), settled);
    const isRestored = pending.restored && verdict.kind === 'delivered';
    this.#put({
      ...settleConference(conference, verdict, this.now),
      retryAt: null,
      isCancelledThere: conference.isCancelledThere && !isRestored,
    });
  }
}

/** A book in which these items of Alice's were listed and everything about them delivered. */
export function bookWith(...items: readonly unknown[]): Book {
  const book = new Book();
  book.list(ALICE, items);
  book.deliver();
  return book;
}

function pathOf(calendar: CalendarKey, id: string): string {
  return `${calendar}/${id}`;
}

/** `updated c-1 by e: title` and the like; all the fields that count by default are called `everything`. */
function sentenceOf({ type, data }: ConferenceChange): string {
  const head = `${type.slice('conference.'.length)} ${data.conferenceId}`;
  const named = 'changed' in data ? data.changed.join(', ') : '';
  const all = 'event' in data ? FIELDS.join(', ') : 'title, start, end';
  const changed = named === all ? 'everything' : named;
  if ('reason' in data) return `${head} by ${data.eventId}: ${data.reason}`;
  if ('event' in data) return `${head} by ${data.eventId}: ${changed}${data.restored === true ? ', restored' : ''}`;
  return 'changed' in data
    ? `${head} by ${data.occurrence.eventId}: ${changed}`
    : `${head} by ${data.occurrence.eventId}`;
}
