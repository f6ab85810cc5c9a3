/**
 * The embedded store's records and their indexes, synchronous and without transactions. Each put or delete keeps every index
 * in step; each query is answered from an index, none by looking at everything.
 */
import type { ConnectionRecord, TicketRecord } from '../../domain/connection/records.ts';
import {
  type BindingId,
  type CalendarKey,
  type ConferenceKey,
  type SubjectKey,
  subjectKeyOf,
} from '../../domain/ids.ts';
import type {
  BindingPlace,
  FailingCalendar,
  FailingConference,
  FleetCounts,
  FleetQuestion,
  KeyRange,
} from '../../domain/ports.ts';
import {
  type BindingRecord,
  type CalendarRecord,
  type CalendarStatus,
  type ConferenceRecord,
  isReference,
} from '../../domain/state/records.ts';
import { GroupedIndex } from './grouped-index.ts';
import { Table } from './table.ts';

const EVERYTHING = '';

/** All that the embedded store holds. */
export class Tables {
  /** Grows with every commit: what was read at the same version is still as it was. */
  version = 0;

  readonly #calendarsInOrder = new GroupedIndex<CalendarRecord>({ groupOf: () => EVERYTHING, order: byKey });
  readonly #calendarsByStatus = new GroupedIndex<CalendarRecord>({ groupOf: ({ status }) => status, order: byKey });
  readonly #calendarsBySubject = new GroupedIndex<CalendarRecord>({
    groupOf: ({ subject }) => subjectKeyOf(subject),
    order: byKey,
  });
  readonly #dueCalendars = new GroupedIndex<CalendarRecord>({ groupOf: shardOfDue, order: byDue });
  readonly #failingCalendars = new GroupedIndex<CalendarRecord>({
    groupOf: ({ status, failure }) => (status === 'active' && failure !== null ? EVERYTHING : undefined),
    order: byFailures,
  });
  readonly #calendars = new Table<CalendarKey, CalendarRecord>([
    this.#calendarsInOrder,
    this.#calendarsByStatus,
    this.#calendarsBySubject,
    this.#dueCalendars,
    this.#failingCalendars,
  ]);

  readonly #dueConferences = new GroupedIndex<ConferenceRecord>({ groupOf: shardOfDue, order: byDue });
  readonly #failedConferences = new GroupedIndex<ConferenceRecord>({ groupOf: groupOfFailed, order: byKey });
  readonly #leftConferences = new GroupedIndex<ConferenceRecord>({
    groupOf: ({ liveCount, leader }) => (liveCount === 0 ? (leader ?? undefined) : undefined),
    order: byKey,
  });
  readonly #failingConferences = new GroupedIndex<ConferenceRecord>({
    groupOf: ({ attempts }) => (attempts > 0 ? EVERYTHING : undefined),
    order: byAttempts,
  });
  readonly #conferences = new Table<ConferenceKey, ConferenceRecord>([
    this.#dueConferences,
    this.#failedConferences,
    this.#leftConferences,
    this.#failingConferences,
  ]);

  readonly #bindingsInOrder = new GroupedIndex<BindingRecord>({ groupOf: ({ calendar }) => calendar, order: byPlace });
  readonly #pending = new GroupedIndex<BindingRecord>({
    groupOf: (binding) => (binding.pending === null ? undefined : binding.conference),
    order: byRevision,
  });
  readonly #doubtful = new GroupedIndex<BindingRecord>({
    groupOf: (binding) => (binding.doubt === null ? undefined : binding.conference),
    order: byReading,
  });
  readonly #references = new GroupedIndex<BindingRecord>({
    groupOf: (binding) => (isReference(binding) ? binding.conference : undefined),
    order: byPlace,
  });
  readonly #deviations = new GroupedIndex<BindingRecord>({
    groupOf: ({ kind, conference }) => (kind === 'occurrence' ? conference : undefined),
    order: byPlace,
  });
  readonly #occurrences = new GroupedIndex<BindingRecord>({
    groupOf: ({ calendar, recurringEventId }) =>
      recurringEventId === null ? undefined : seriesOf(calendar, recurringEventId),
    order: byPlace,
  });
  readonly #failed = new GroupedIndex<BindingRecord>({ groupOf: groupOfFailed, order: byPlace });
  /** A table for each calendar, because a key of both parts would have to be put together for each look. */
  readonly #bindings = new Map<CalendarKey, Table<BindingId, BindingRecord>>();

  readonly #connectionsInOrder = new GroupedIndex<ConnectionRecord>({ groupOf: () => EVERYTHING, order: byKey });
  readonly #connections = new Table<SubjectKey, ConnectionRecord>([this.#connectionsInOrder]);
  readonly #tickets = new Table<string, TicketRecord>([]);

  calendar(key: CalendarKey): CalendarRecord | undefined {
    return this.#calendars.get(key);
  }

  conference(key: ConferenceKey): ConferenceRecord | undefined {
    return this.#conferences.get(key);
  }

  binding(calendar: CalendarKey, id: BindingId): BindingRecord | undefined {
    return this.#bindings.get(calendar)?.get(id);
  }

  connection(key: SubjectKey): ConnectionRecord | undefined {
    return this.#connections.get(key);
  }

  connections({ after, limit }: KeyRange<SubjectKey>): readonly ConnectionRecord[] {
    return this.#connectionsInOrder.select(EVERYTHING, limit, ({ key }) => after !== null && key <= after);
  }

  ticket(id: string): TicketRecord | undefined {
    return this.#tickets.get(id);
  }

  calendars({ after, limit }: KeyRange<CalendarKey>, status?: CalendarStatus): readonly CalendarRecord[] {
    const index = status === undefined ? this.#calendarsInOrder : this.#calendarsByStatus;
    return index.select(status ?? EVERYTHING, limit, ({ key }) => after !== null && key <= after);
  }

  calendarsOf(subject: string, { after, limit }: KeyRange<CalendarKey>): readonly CalendarRecord[] {
    return this.#calendarsBySubject.select(subjectKeyOf(subject), limit, ({ key }) => after !== null && key <= after);
  }

  bindingsOfCalendar(calendar: CalendarKey, { after, limit }: KeyRange<BindingId>): readonly BindingRecord[] {
    return this.#bindingsInOrder.select(calendar, limit, ({ id }) => after !== null && id <= after);
  }

  dueCalendars(shard: number, before: number, limit: number): readonly CalendarRecord[] {
    return this.#dueCalendars.select(shard, limit, undefined, ({ dueAt }) => dueAt !== null && dueAt <= before);
  }

  dueConferences(shard: number, before: number, limit: number): readonly ConferenceRecord[] {
    return this.#dueConferences.select(shard, limit, undefined, ({ dueAt }) => dueAt !== null && dueAt <= before);
  }

  failedBindings({ after, limit }: KeyRange<BindingPlace>): readonly BindingRecord[] {
    return this.#failed.select(EVERYTHING, limit, (binding) => after !== null && byPlace(binding, after) <= 0);
  }

  failedConferences({ after, limit }: KeyRange<ConferenceKey>): readonly ConferenceRecord[] {
    return this.#failedConferences.select(EVERYTHING, limit, ({ key }) => after !== null && key <= after);
  }

  conferencesLeftBy(calendar: CalendarKey, { after, limit }: KeyRange<ConferenceKey>): readonly ConferenceRecord[] {
    return this.#leftConferences.select(calendar, limit, ({ key }) => after !== null && key <= after);
  }

  failingConferences({ after, limit }: KeyRange<FailingConference>): readonly ConferenceRecord[] {
    return this.#failingConferences.select(EVERYTHING, limit, (one) => after !== null && byAttempts(one, after) <= 0);
  }

  failingCalendars({ after, limit }: KeyRange<FailingCalendar>): readonly CalendarRecord[] {
    return this.#failingCalendars.select(EVERYTHING, limit, (one) => after !== null && byFailures(one, after) <= 0);
  }

  /** The one question that looks at every record: it is asked every ten minutes, and an index for each count would cost every write. */
  countFleet({ overdueBefore, endingBefore }: FleetQuestion): FleetCounts {
    const calendars = [...this.#calendars.values()];
    const conferences = [...this.#conferences.values()];
    const ofStatus = (status: CalendarStatus): CalendarRecord[] => calendars.filter((one) => one.status === status);
    const active = ofStatus('active');
    const isOverdue = ({ dueAt }: Due): boolean => dueAt !== null && dueAt <= overdueBefore;
    const failed = this.#failed.select(EVERYTHING, Number.POSITIVE_INFINITY).length;
    return {
      calendars: calendars.length,
      paused: ofStatus('paused').length,
      disconnected: ofStatus('disconnected').length,
      unreachable: ofStatus('unreachable').length,
      unsupportedPush: ofStatus('unsupported-push').length,
      channelless: active.filter(({ channel }) => channel === null).length,
      channelsEnding: this.countChannelsEnding(endingBefore),
      overdueCalendars: calendars.filter(isOverdue).length,
      overdueConferences: conferences.filter(isOverdue).length,
      pending: conferences.filter(({ dueAt }) => dueAt !== null).length,
      failing: conferences.filter(({ attempts }) => attempts > 0).length,
      orphaned: conferences.filter(({ state }) => state === 'orphaned').length,
      failed: failed + conferences.filter(({ state }) => state === 'failed').length,
    };
  }

  countChannelsEnding(endingBefore: number): number {
    const calendars = [...this.#calendars.values()];
    return calendars.filter(
      ({ status, channel }) => status === 'active' && channel !== null && channel.expiresAt <= endingBefore,
    ).length;
  }

  pendingOf(conference: ConferenceKey, limit: number): readonly BindingRecord[] {
    return this.#pending.select(conference, limit);
  }

  doubtfulOf(conference: ConferenceKey, limit: number): readonly BindingRecord[] {
    return this.#doubtful.select(conference, limit);
  }

  referencesOf(conference: ConferenceKey, limit: number, calendar?: CalendarKey): readonly BindingRecord[] {
    if (calendar === undefined) return this.#references.select(conference, limit);
    return this.#references.select(
      conference,
      limit,
      (binding) => binding.calendar < calendar,
      (binding) => binding.calendar === calendar,
    );
  }

  bindingsFor(
    conference: ConferenceKey,
    calendar: CalendarKey,
    kind: BindingRecord['kind'],
    { after, limit }: KeyRange<BindingId>,
  ): readonly BindingRecord[] {
    const index = kind === 'event' ? this.#references : this.#deviations;
    return index.select(
      conference,
      limit,
      (one) => one.calendar < calendar || (one.calendar === calendar && after !== null && one.id <= after),
      (one) => one.calendar === calendar,
    );
  }

  firstReferenceAfter(conference: ConferenceKey, calendar: CalendarKey | null): readonly BindingRecord[] {
    return this.#references.select(conference, 1, (binding) => calendar !== null && binding.calendar <= calendar);
  }

  countReferences(conference: ConferenceKey, calendar: CalendarKey): number {
    return this.#references.count(
      conference,
      (binding) => binding.calendar < calendar,
      (binding) => binding.calendar === calendar,
    );
  }

  occurrencesOf(
    calendar: CalendarKey,
    seriesIds: readonly string[],
    { after, limit }: KeyRange<BindingId>,
  ): readonly BindingRecord[] {
    const isBefore = ({ id }: BindingRecord): boolean => after !== null && id <= after;
    const found = seriesIds.flatMap((id) => this.#occurrences.select(seriesOf(calendar, id), limit, isBefore));
    return found.sort(byPlace).slice(0, limit);
  }

  putCalendar(record: CalendarRecord): void {
    this.#calendars.put(record.key, record);
  }

  deleteCalendar(key: CalendarKey): void {
    this.#calendars.delete(key);
  }

  putConference(record: ConferenceRecord): void {
    this.#conferences.put(record.key, record);
  }

  deleteConference(key: ConferenceKey): void {
    this.#conferences.delete(key);
  }

  putConnection(record: ConnectionRecord): void {
    this.#connections.put(record.key, record);
  }

  deleteConnection(key: SubjectKey): void {
    this.#connections.delete(key);
  }

  putTicket(record: TicketRecord): void {
    this.#tickets.put(record.id, record);
  }

  deleteTicket(id: string): void {
    this.#tickets.delete(id);
  }

  putBinding(record: BindingRecord): void {
    let ofCalendar = this.#bindings.get(record.calendar);
    if (ofCalendar === undefined) {
      ofCalendar = new Table([
        this.#bindingsInOrder,
        this.#pending,
        this.#doubtful,
        this.#references,
        this.#deviations,
        this.#occurrences,
        this.#failed,
      ]);
      this.#bindings.set(record.calendar, ofCalendar);
    }
    ofCalendar.put(record.id, record);
  }

  deleteBinding(calendar: CalendarKey, id: BindingId): void {
    const ofCalendar = this.#bindings.get(calendar);
    ofCalendar?.delete(id);
    if (ofCalendar?.isEmpty === true) this.#bindings.delete(calendar);
  }
}

interface Due {
  readonly key: string;
  readonly dueAt: number | null;
  readonly dueShard: number;
}

function shardOfDue({ dueAt, dueShard }: Due): number | undefined {
  return dueAt === null ? undefined : dueShard;
}

function groupOfFailed({ state }: BindingRecord | ConferenceRecord): string | undefined {
  return state === 'failed' ? EVERYTHING : undefined;
}

function seriesOf(calendar: CalendarKey, recurringEventId: string): string {
  return `${calendar}/${recurringEventId}`;
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return byText(a.key, b.key);
}

function byDue(a: Due, b: Due): number {
  return (a.dueAt ?? 0) - (b.dueAt ?? 0) || byText(a.key, b.key);
}

function byAttempts(a: FailingConference, b: FailingConference): number {
  return a.attempts - b.attempts || byText(a.key, b.key);
}

function byFailures(a: FailingCalendar, b: FailingCalendar): number {
  return (a.failure?.count ?? 0) - (b.failure?.count ?? 0) || byText(a.key, b.key);
}

function byPlace(a: BindingPlace, b: BindingPlace): number {
  return byText(a.calendar, b.calendar) || byText(a.id, b.id);
}

function byReading(a: BindingRecord, b: BindingRecord): number {
  return (a.doubt?.readAt ?? 0) - (b.doubt?.readAt ?? 0) || byPlace(a, b);
}

function byRevision(a: BindingRecord, b: BindingRecord): number {
  return (a.pending?.revision ?? 0) - (b.pending?.revision ?? 0) || byPlace(a, b);
}
