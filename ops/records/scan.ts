/** Walks over stored records page by page, up to a bound, so that no command can run away with a million of them. */
import type { ConnectionRecord } from '../../shared/domain/connection/records.ts';
import type { BindingId, CalendarKey, ConferenceKey, SubjectKey } from '../../shared/domain/ids.ts';
import type { BindingPlace, FailingCalendar, FailingConference, Store } from '../../shared/domain/ports.ts';
import type {
  BindingRecord,
  CalendarRecord,
  CalendarStatus,
  ConferenceRecord,
} from '../../shared/domain/state/records.ts';

/** What a walk found; `isAll` is false where the bound was reached. */
export interface Scanned<Value> {
  readonly found: readonly Value[];
  readonly isAll: boolean;
}

type Progress = (count: number) => void;

/** What a command is about, of a page. */
type Choose<Value, Chosen> = (page: readonly Value[]) => Promise<readonly Chosen[]>;

type Ask<Key, Value> = (range: { readonly after: Key | null; readonly limit: number }) => Promise<readonly Value[]>;

const PAGE = 300;

/** Calendars in the order of their keys. @throws StoreUnavailable */
export function scanCalendars(
  store: Store,
  limit: number,
  status?: CalendarStatus,
  onProgress: Progress = () => undefined,
): Promise<Scanned<CalendarRecord>> {
  return scan<CalendarKey, CalendarRecord>(
    limit,
    ({ key }) => key,
    (range) => store.calendars(range, status),
    onProgress,
  );
}

/** All calendars, page by page in the order of their keys. @throws StoreUnavailable */
export function pagesOfCalendars(store: Store, status?: CalendarStatus): AsyncGenerator<readonly CalendarRecord[]> {
  return pagesOf<CalendarKey, CalendarRecord>(
    ({ key }) => key,
    (range) => store.calendars(range, status),
    () => PAGE,
  );
}

/** Users who have connected once, in the order of their keys. @throws StoreUnavailable */
export function scanConnections(
  store: Store,
  limit: number,
  onProgress: Progress = () => undefined,
): Promise<Scanned<ConnectionRecord>> {
  return scan<SubjectKey, ConnectionRecord>(
    limit,
    ({ key }) => key,
    (range) => store.connections(range),
    onProgress,
  );
}

/** Bindings of one calendar. @throws StoreUnavailable */
export function scanBindings(store: Store, calendar: CalendarKey, limit: number): Promise<Scanned<BindingRecord>> {
  return scan<BindingId, BindingRecord>(
    limit,
    ({ id }) => id,
    (range) => store.bindingsOfCalendar(calendar, range),
  );
}

/** Before every id of a binding. */
const BEFORE_ALL = '0' as BindingId;

/** Changes that the conference system refused, of one calendar if one is given; `limit` counts those that `choose` lets through. @throws StoreUnavailable */
export function scanFailedBindings(
  store: Store,
  limit: number,
  calendar: CalendarKey | null,
  choose: Choose<BindingRecord, BindingRecord>,
): Promise<Scanned<BindingRecord>> {
  const isHere = (binding: BindingRecord): boolean => calendar === null || binding.calendar === calendar;
  const first = calendar === null ? null : { calendar, id: BEFORE_ALL };
  return scanChosen<BindingPlace, BindingRecord, BindingRecord>(
    limit,
    (binding) => binding,
    // They come in the order of their calendars: a page with others is the last.
    async ({ after, limit: size }) =>
      (await store.failedBindings({ after: after ?? first, limit: size })).filter(isHere),
    choose,
  );
}

/** Cancellations that it refused. `limit` as above. @throws StoreUnavailable */
export function scanFailedConferences(
  store: Store,
  limit: number,
  choose: Choose<ConferenceRecord, ConferenceRecord>,
): Promise<Scanned<ConferenceRecord>> {
  return scanChosen<ConferenceKey, ConferenceRecord, ConferenceRecord>(
    limit,
    ({ key }) => key,
    (range) => store.failedConferences(range),
    choose,
  );
}

/** Conferences whose delivery fails and is tried again, those with the fewest attempts first. `limit` as above. @throws StoreUnavailable */
export function scanFailingConferences<Chosen>(
  store: Store,
  limit: number,
  choose: Choose<ConferenceRecord, Chosen>,
): Promise<Scanned<Chosen>> {
  return scanChosen<FailingConference, ConferenceRecord, Chosen>(
    limit,
    (conference) => conference,
    (range) => store.failingConferences(range),
    choose,
  );
}

/** Active calendars whose sync fails and is tried again, those with the fewest failures in a row first. @throws StoreUnavailable */
export function scanFailingCalendars(store: Store, limit: number): Promise<Scanned<CalendarRecord>> {
  return scan<FailingCalendar, CalendarRecord>(
    limit,
    (calendar) => calendar,
    (range) => store.failingCalendars(range),
  );
}

async function scan<Key, Value>(
  limit: number,
  keyOf: (value: Value) => Key,
  ask: Ask<Key, Value>,
  onProgress: Progress = () => undefined,
): Promise<Scanned<Value>> {
  const found: Value[] = [];
  // One more than wanted tells whether there are more.
  for await (const page of pagesOf(keyOf, ask, () => Math.min(PAGE, limit + 1 - found.length))) {
    found.push(...page);
    onProgress(Math.min(found.length, limit));
    if (found.length > limit) return { found: found.slice(0, limit), isAll: false };
  }
  return { found, isAll: true };
}

/** The bound is on what was chosen: what a command is not about must not keep it from what it is about. */
async function scanChosen<Key, Value, Chosen>(
  limit: number,
  keyOf: (value: Value) => Key,
  ask: Ask<Key, Value>,
  choose: Choose<Value, Chosen>,
): Promise<Scanned<Chosen>> {
  const found: Chosen[] = [];
  for await (const page of pagesOf(keyOf, ask, () => PAGE)) {
    found.push(...(await choose(page)));
    if (found.length > limit) return { found: found.slice(0, limit), isAll: false };
  }
  return { found, isAll: true };
}

/** Page after page, each as large as `sizeOf` says by then, until one is not full. */
async function* pagesOf<Key, Value>(
  keyOf: (value: Value) => Key,
  ask: Ask<Key, Value>,
  sizeOf: () => number,
): AsyncGenerator<readonly Value[]> {
  let after: Key | null = null;
  for (;;) {
    const size = sizeOf();
    const page: readonly Value[] = await ask({ after, limit: size });
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < size) return;
    after = keyOf(last);
  }
}
