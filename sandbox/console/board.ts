/**
 * The comparison of both systems at one moment: one row per conference that an event carries or that the conference system
 * holds. Pure.
 */
import type { ConferenceView } from '../conference/simulated-conferences.ts';
import type { DeliveryView } from '../deliveries/delivery-log.ts';
import type { Way } from './change-log.ts';
import { type Carrier, compareAbandoned, compareCarrier, type Difference } from './compare-conference.ts';
import { instantOf, type SeenEvent } from './seen-event.ts';

/** `ended`: cancelled there, and no event carries it. `answered`: what is kept there is not known, and the last change was accepted. */
export type MatchState = 'in-step' | 'moving' | 'mismatch' | 'ended' | 'answered';

/** An event that carries the conference, and how it compares. */
export interface BoardEvent {
  readonly calendarId: string;
  readonly eventId: string;
  readonly state: MatchState;
  readonly differences: readonly Difference[];
}

/** One conference seen from both sides. */
export interface BoardRow {
  readonly conferenceId: string;
  readonly state: MatchState;
  /** What is on its way, where something is. */
  readonly way: 'unnoticed' | 'queued' | 'read' | 'retrying' | null;
  /** Why it is stuck, where the service said so. */
  readonly reason: string | null;
  readonly differences: readonly Difference[];
  readonly events: readonly BoardEvent[];
  /** As the conference system sees it; null where it knows none. */
  readonly conference: {
    readonly state: ConferenceView['state'];
    readonly title: string | null;
    readonly start: ConferenceView['start'];
    readonly end: ConferenceView['end'];
    readonly recurrence: readonly string[] | null;
    readonly updates: number;
    readonly revision: number;
    readonly occurrences: number;
  } | null;
  /** As the first event has it, for a row whose conference is not known there. */
  readonly title: string | null;
  /** What the last change was answered, where what is kept there is not known; null for not sent yet. */
  readonly answered: string | null;
}

/** The events of one calendar. */
export interface CalendarEvents {
  readonly calendarId: string;
  readonly events: ReadonlyMap<string, SeenEvent>;
}

/** What a board is made of. */
export interface BoardInput {
  /** Of the calendars that the service follows. */
  readonly calendars: readonly CalendarEvents[];
  readonly conferences: ReadonlyMap<string, ConferenceView>;
  /** The last answers, where nothing else is known of the conferences there; null where it is. */
  readonly answers: ReadonlyMap<string, Pick<DeliveryView, 'type' | 'answered' | 'isAccepted'>> | null;
  readonly solutionNames: readonly string[];
  readonly wayOf: (conferenceId: string) => Way;
  /** Unix milliseconds: what ended before it and is unknown to the conference system is history, not a mismatch. */
  readonly horizon: number;
}

type PlacedCarrier = Carrier & { readonly calendarId: string };

/** The rows by conference id. */
export function makeBoard(input: BoardInput): ReadonlyMap<string, BoardRow> {
  const carriers = carriersOf(input);
  const board = new Map<string, BoardRow>();
  const known = input.answers ?? input.conferences;
  for (const conferenceId of new Set([...known.keys(), ...carriers.keys()])) {
    const conference = input.conferences.get(conferenceId);
    const here = carriers.get(conferenceId) ?? [];
    if (input.answers !== null) {
      board.set(conferenceId, makeAnsweredRow(conferenceId, here, input.answers.get(conferenceId), input));
      continue;
    }
    if (conference === undefined && here.every(({ event }) => isHistory(event, input.horizon))) continue;
    board.set(conferenceId, makeRow(conferenceId, here, conference, input));
  }
  return board;
}

function makeRow(
  conferenceId: string,
  carriers: readonly PlacedCarrier[],
  conference: ConferenceView | undefined,
  { wayOf, horizon }: BoardInput,
): BoardRow {
  const compared = carriers.map((carrier) => ({
    calendarId: carrier.calendarId,
    eventId: carrier.event.id,
    differences: compareCarrier(carrier, conference, horizon),
  }));
  const abandoned = carriers.length === 0 && conference !== undefined ? compareAbandoned(conference) : [];
  const differences = [...abandoned, ...compared.flatMap((event) => event.differences)];
  const way = differences.length === 0 ? null : wayOf(conferenceId);
  const differing: MatchState = way?.kind === 'moving' ? 'moving' : 'mismatch';
  const agreeing: MatchState = carriers.length === 0 ? 'ended' : 'in-step';
  return {
    conferenceId,
    state: differences.length === 0 ? agreeing : differing,
    way: way?.kind === 'moving' ? stageOf(way) : null,
    reason: way?.row?.reason ?? null,
    differences,
    events: compared.map((event) => ({ ...event, state: event.differences.length === 0 ? 'in-step' : differing })),
    conference: conference === undefined ? null : viewOf(conference),
    title: conference?.title ?? carriers[0]?.event.title ?? null,
    answered: null,
  };
}

/** What can be said of a conference by the answers alone. */
function makeAnsweredRow(
  conferenceId: string,
  carriers: readonly PlacedCarrier[],
  answer: Pick<DeliveryView, 'type' | 'answered' | 'isAccepted'> | undefined,
  { wayOf }: BoardInput,
): BoardRow {
  const way = wayOf(conferenceId);
  const isOver = carriers.length === 0 && answer?.type === 'conference.cancelled';
  const settled: MatchState = answer?.isAccepted !== true ? 'mismatch' : isOver ? 'ended' : 'answered';
  const state = way.kind === 'moving' ? 'moving' : settled;
  return {
    conferenceId,
    state,
    way: way.kind === 'moving' ? stageOf(way) : null,
    reason: state === 'mismatch' ? (way.row?.reason ?? null) : null,
    differences: [],
    events: carriers.map(({ calendarId, event }) => ({ calendarId, eventId: event.id, state, differences: [] })),
    conference: null,
    title: carriers[0]?.event.title ?? null,
    answered: answer?.answered ?? null,
  };
}

function stageOf({ row }: Extract<Way, { kind: 'moving' }>): BoardRow['way'] {
  if (row.outcome === 'waiting') return 'retrying';
  if (row.readMs !== null) return 'read';
  return row.notifiedMs === null ? 'unnoticed' : 'queued';
}

function carriersOf({ calendars, solutionNames }: BoardInput): ReadonlyMap<string, PlacedCarrier[]> {
  const carriers = new Map<string, PlacedCarrier[]>();
  for (const { calendarId, events } of calendars) {
    const exceptions = exceptionsBySeries(events);
    for (const event of events.values()) {
      if (event.isCancelled || !event.isOrganizers || event.conferenceId === null) continue;
      if (event.solution === null || !solutionNames.includes(event.solution)) continue;
      const series = event.recurringEventId === null ? undefined : events.get(event.recurringEventId);
      // An occurrence belongs to its series' conference unless it has one of its own.
      if (series !== undefined && series.conferenceId === event.conferenceId) continue;
      const carrier = { calendarId, event, exceptions: exceptions.get(event.id) ?? [] };
      const others = carriers.get(event.conferenceId);
      if (others === undefined) carriers.set(event.conferenceId, [carrier]);
      else others.push(carrier);
    }
  }
  return carriers;
}

function exceptionsBySeries(events: ReadonlyMap<string, SeenEvent>): ReadonlyMap<string, readonly SeenEvent[]> {
  return Map.groupBy(
    [...events.values()].filter(({ recurringEventId }) => recurringEventId !== null),
    ({ recurringEventId }) => recurringEventId ?? '',
  );
}

function isHistory(event: SeenEvent, horizon: number): boolean {
  const end = instantOf(event.end);
  return event.recurrence === null && end !== null && end < horizon;
}

function viewOf(conference: ConferenceView): BoardRow['conference'] {
  const { state, title, start, end, recurrence, updates, revision } = conference;
  return { state, title, start, end, recurrence, updates, revision, occurrences: conference.occurrences.length };
}
