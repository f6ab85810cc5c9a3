/** What the conference system has refused for good: changes of events, and cancellations. Nothing of it is tried again by itself. */
import type { ConferenceKey } from '../../shared/domain/ids.ts';
import type { BindingPlace, Store } from '../../shared/domain/ports.ts';
import {
  type BindingRecord,
  type ConferenceRecord,
  type Failure,
  isCancelledOccurrence,
} from '../../shared/domain/state/records.ts';
import type { Given } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { isFlagged, namedCalendar, textFlag } from '../cli/given.ts';
import { CalendarIds } from '../records/calendar-ids.ts';
import { scanFailedBindings, scanFailedConferences } from '../records/scan.ts';

/** One refused change. */
export interface RefusedChange {
  readonly what: 'update' | 'occurrence update' | 'occurrence cancellation' | 'cancellation';
  /** Null where it is not on record any more. */
  readonly calendarId: string | null;
  readonly eventId: string | null;
  readonly conferenceId: string;
  readonly failure: Failure | null;
  readonly retry:
    | { readonly kind: 'binding'; readonly place: BindingPlace }
    | { readonly kind: 'cancellation'; readonly conference: ConferenceKey };
}

/** Which failures a command is about; null for any. */
export interface FailureChoice {
  readonly calendarId: string | null;
  readonly eventId: string | null;
}

/** Chosen changes of events, and chosen cancellations, in one command. */
export const FAILURES_MAX = 1_000;

/** `CALENDAR EVENT`, or `--calendar CALENDAR`, or `--all`. @throws UsageError for none or several of them */
export function readFailureChoice(given: Given): FailureChoice {
  const { parameters } = given;
  const calendarId = textFlag(given, 'calendar');
  const isAll = isFlagged(given, 'all');
  const chosen = [parameters.length > 0, calendarId !== undefined, isAll].filter(Boolean).length;
  if (chosen !== 1 || parameters.length > 2 || parameters.length === 1) {
    throw new UsageError('which failures?', 'write CALENDAR EVENT, or --calendar CALENDAR, or --all');
  }
  return { calendarId: parameters[0] ?? calendarId ?? null, eventId: parameters[1] ?? null };
}

/** The chosen ones that lie there, and whether these are all. @throws StoreUnavailable */
export async function findFailures(store: Store, { calendarId, eventId }: FailureChoice) {
  const calendar = calendarId === null ? null : namedCalendar(calendarId).key;
  const isOfEvent = (id: string | undefined): boolean => eventId === null || id === eventId;
  const [bindings, conferences] = await Promise.all([
    scanFailedBindings(store, FAILURES_MAX, calendar, async (page) => page.filter((one) => isOfEvent(one.eventId))),
    scanFailedConferences(store, FAILURES_MAX, async (page) =>
      page.filter(({ orphan }) => (calendar === null || orphan?.calendar === calendar) && isOfEvent(orphan?.eventId)),
    ),
  ]);
  const ids = new CalendarIds(store);
  const known = new Map<ConferenceKey, string>();
  const refused: RefusedChange[] = [];
  for (const binding of bindings.found) refused.push(await ofBinding(store, ids, known, binding));
  for (const conference of conferences.found) refused.push(ofConference(conference));
  return { failures: refused, isAll: bindings.isAll && conferences.isAll };
}

async function ofBinding(
  store: Store,
  ids: CalendarIds,
  known: Map<ConferenceKey, string>,
  binding: BindingRecord,
): Promise<RefusedChange> {
  const { calendar, id, eventId, conference, failure } = binding;
  const conferenceId = known.get(conference) ?? (await store.conference(conference))?.conferenceId ?? '(unknown)';
  known.set(conference, conferenceId);
  return {
    what: whatOf(binding),
    calendarId: await ids.of(calendar),
    eventId,
    conferenceId,
    failure,
    retry: { kind: 'binding', place: { calendar, id } },
  };
}

/** What a change of this binding is called. */
export function whatOf(binding: BindingRecord): Exclude<RefusedChange['what'], 'cancellation'> {
  if (binding.kind === 'event') return 'update';
  return isCancelledOccurrence(binding) ? 'occurrence cancellation' : 'occurrence update';
}

function ofConference({ key, conferenceId, orphan, failure }: ConferenceRecord): RefusedChange {
  return {
    what: 'cancellation',
    calendarId: orphan?.calendarId ?? null,
    eventId: orphan?.eventId ?? null,
    conferenceId,
    failure,
    retry: { kind: 'cancellation', conference: key },
  };
}
