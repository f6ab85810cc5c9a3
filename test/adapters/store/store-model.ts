/** Any store against the plainest one: random operations on both must show the same. */
import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { BindingId, CalendarKey } from '../../../shared/domain/ids.ts';
import type { Store } from '../../../shared/domain/ports.ts';
import {
  type BindingRecord,
  type CalendarRecord,
  type ConferenceRecord,
  isReference,
} from '../../../shared/domain/state/records.ts';
import type { OpenedStore } from './opened-store.ts';
import {
  binding,
  bindingId,
  calendar,
  calendarKey,
  conference,
  conferenceKey,
  NOW,
  pending,
} from './sample-records.ts';

const LIMIT = 100;
const name = fc.constantFrom('a', 'b', 'c');
const eventId = fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5');
const conferenceId = fc.constantFrom('c1', 'c2');
const dueAt = fc.option(fc.integer({ min: NOW - 2, max: NOW + 2 }), { nil: null });
const dueShard = fc.constantFrom(0, 1);

const aCalendar = fc.record({ name, status: fc.constantFrom('active', 'paused'), dueAt, dueShard });
const aConference = fc.record({ conferenceId, dueAt, dueShard, revision: fc.nat(3) });
const aBinding = fc.record({
  name,
  eventId,
  conferenceId,
  kind: fc.constantFrom('event', 'occurrence'),
  state: fc.constantFrom('announced', 'live', 'gone', 'failed'),
  recurringEventId: fc.option(fc.constantFrom('s1', 's2'), { nil: null }),
  revision: fc.option(fc.nat(5), { nil: null }),
});

const write = fc.oneof(
  aCalendar.map(({ name, ...changes }) => ({ kind: 'calendar', record: calendar(name, changes) }) as const),
  aConference.map(
    ({ conferenceId, ...changes }) => ({ kind: 'conference', record: conference(conferenceId, changes) }) as const,
  ),
  aBinding.map(({ name, eventId, conferenceId, revision, ...changes }) => {
    const record = binding(name, eventId, conferenceId, {
      ...changes,
      pending: revision === null ? null : pending(revision),
      doubt: revision === null ? null : { since: revision, readAt: revision % 3 },
    });
    return { kind: 'binding', record } as const;
  }),
  name.map((of) => ({ kind: 'delete calendar', key: calendarKey(of) }) as const),
  fc
    .tuple(name, eventId)
    .map(([of, id]) => ({ kind: 'delete binding', calendar: calendarKey(of), id: bindingId(id) }) as const),
);
type Write = ReturnType<typeof write.generate>['value'];

/** A list of transactions, each a list of writes and whether it throws at its end. */
const history = fc.array(fc.record({ writes: fc.array(write, { minLength: 1, maxLength: 8 }), fails: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

/** @throws with the shortest history found, if the store ever shows anything else than the model */
export async function compareWithModel(open: () => OpenedStore, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(history, async (transactions) => {
      const { store, close } = open();
      try {
        const model = new Model();
        for (const { writes, fails } of transactions) {
          await writeAll(store, writes, fails);
          if (!fails) for (const write of writes) model.apply(write);
        }
        expect(await everythingOf(store)).toEqual(model.everything());
      } finally {
        await close();
      }
    }),
    { numRuns: runs },
  );
}

async function writeAll(store: Store, writes: readonly Write[], fails: boolean): Promise<void> {
  const failure = new Error('wanted');
  const outcome = store.transact(async (tx) => {
    for (const write of writes) {
      switch (write.kind) {
        case 'calendar':
          tx.putCalendar(write.record);
          break;
        case 'conference':
          tx.putConference(write.record);
          break;
        case 'binding':
          tx.putBinding(write.record);
          break;
        case 'delete calendar':
          tx.deleteCalendar(write.key);
          break;
        case 'delete binding':
          tx.deleteBinding(write.calendar, write.id);
          break;
      }
    }
    if (fails) throw failure;
  });
  if (fails) await expect(outcome).rejects.toBe(failure);
  else await outcome;
}

const NAMES = ['a', 'b', 'c'];
const CONFERENCES = ['c1', 'c2'];
const SERIES = ['s1', 's2'];

/** The answers of all queries, by the name of the query. */
async function everythingOf(store: Store): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  const range = { after: null, limit: LIMIT };
  all.calendars = await store.calendars(range);
  all.paused = await store.calendars(range, 'paused');
  all['of a'] = await store.calendarsOf('a@example.com', range);
  for (const shard of [0, 1]) {
    all[`due calendars ${shard}`] = await store.dueCalendars(shard, NOW, LIMIT);
    all[`due conferences ${shard}`] = await store.dueConferences(shard, NOW, 1);
  }
  for (const of of NAMES) all[`bindings ${of}`] = await store.bindingsOfCalendar(calendarKey(of), range);
  await store.transact(async (tx) => {
    for (const id of CONFERENCES) {
      all[`conference ${id}`] = (await tx.conferences([conferenceKey(id)])).get(conferenceKey(id));
      all[`pending ${id}`] = await tx.pendingOf(conferenceKey(id), 2);
      all[`doubtful ${id}`] = await tx.doubtfulOf(conferenceKey(id), LIMIT);
      all[`references ${id}`] = await tx.referencesOf(conferenceKey(id), LIMIT);
      all[`references ${id} a`] = await tx.referencesOf(conferenceKey(id), LIMIT, calendarKey('a'));
      all[`references ${id} of a`] = await tx.bindingsFor(conferenceKey(id), calendarKey('a'), 'event', range);
      all[`occurrences ${id} of a`] = await tx.bindingsFor(conferenceKey(id), calendarKey('a'), 'occurrence', range);
      all[`count ${id} a`] = await tx.countReferences(conferenceKey(id), calendarKey('a'));
    }
    for (const id of SERIES) all[`occurrences ${id}`] = await tx.occurrencesOf(calendarKey('a'), [id], range);
  });
  return all;
}

/** Maps, filters and sorts. */
class Model {
  readonly #calendars = new Map<CalendarKey, CalendarRecord>();
  readonly #conferences = new Map<string, ConferenceRecord>();
  readonly #bindings = new Map<string, BindingRecord>();

  apply(write: Write): void {
    switch (write.kind) {
      case 'calendar':
        this.#calendars.set(write.record.key, write.record);
        break;
      case 'conference':
        this.#conferences.set(write.record.key, write.record);
        break;
      case 'binding':
        this.#bindings.set(pathOf(write.record.calendar, write.record.id), write.record);
        break;
      case 'delete calendar':
        this.#calendars.delete(write.key);
        break;
      case 'delete binding':
        this.#bindings.delete(pathOf(write.calendar, write.id));
        break;
    }
  }

  everything(): Record<string, unknown> {
    const all: Record<string, unknown> = {};
    const calendars = sorted([...this.#calendars.values()], ({ key }) => [key]);
    const conferences = [...this.#conferences.values()];
    const bindings = sorted([...this.#bindings.values()], ({ calendar, id }) => [calendar, id]);
    all.calendars = calendars;
    all.paused = calendars.filter(({ status }) => status === 'paused');
    all['of a'] = calendars.filter(({ subject }) => subject === 'a@example.com');
    for (const shard of [0, 1]) {
      all[`due calendars ${shard}`] = due(calendars, shard);
      all[`due conferences ${shard}`] = due(conferences, shard).slice(0, 1);
    }
    for (const of of NAMES) all[`bindings ${of}`] = bindings.filter(({ calendar }) => calendar === calendarKey(of));
    for (const id of CONFERENCES) {
      const ofConference = bindings.filter(({ conference }) => conference === conferenceKey(id));
      const references = ofConference.filter(isReference);
      const ofA = references.filter(({ calendar }) => calendar === calendarKey('a'));
      const pending = sorted(
        ofConference.filter((one) => one.pending !== null),
        (one) => [one.pending?.revision ?? 0],
      );
      all[`conference ${id}`] = this.#conferences.get(conferenceKey(id));
      all[`pending ${id}`] = pending.slice(0, 2);
      all[`doubtful ${id}`] = sorted(
        ofConference.filter((one) => one.doubt !== null),
        (one) => [one.doubt?.readAt ?? 0],
      );
      all[`references ${id}`] = references;
      all[`references ${id} a`] = ofA;
      all[`references ${id} of a`] = ofA;
      all[`occurrences ${id} of a`] = ofConference.filter(
        ({ kind, calendar }) => kind === 'occurrence' && calendar === calendarKey('a'),
      );
      all[`count ${id} a`] = ofA.length;
    }
    const ofA = bindings.filter(({ calendar }) => calendar === calendarKey('a'));
    for (const id of SERIES) {
      all[`occurrences ${id}`] = ofA.filter(({ recurringEventId }) => recurringEventId === id);
    }
    return all;
  }
}

function pathOf(calendar: CalendarKey, id: BindingId): string {
  return `${calendar}/${id}`;
}

function due<Record extends CalendarRecord | ConferenceRecord>(records: readonly Record[], shard: number): Record[] {
  const found = records.filter(({ dueAt, dueShard }) => dueShard === shard && dueAt !== null && dueAt <= NOW);
  return sorted(found, ({ dueAt, key }) => [dueAt ?? 0, key]);
}

/** By the parts in turn; equals keep their order. */
function sorted<Value>(values: readonly Value[], partsOf: (value: Value) => readonly (string | number)[]): Value[] {
  return [...values].sort((a, b) => {
    const others = partsOf(b);
    for (const [index, part] of partsOf(a).entries()) {
      const other = others[index];
      if (other !== undefined && part !== other) return part < other ? -1 : 1;
    }
    return 0;
  });
}
