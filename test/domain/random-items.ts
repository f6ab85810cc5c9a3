/** Random calendars: few events, few conferences and few days, so that everything meets everything. */
import fc from 'fast-check';
import {
  at,
  BOB,
  cancelledOccurrence,
  exception,
  type Item,
  meeting,
  occurrenceId,
  organizedBy,
  ours,
  series,
  theirs,
  tombstone,
} from './build.ts';

const SERIES = ['s', 't'] as const;

const conferenceOnIt: fc.Arbitrary<Item> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('c', 'd', 'e').map(ours) },
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant(theirs()) },
);
const title: fc.Arbitrary<Item> = fc.constantFrom({}, { summary: 'Renamed' }, { location: 'Room 2' });
const rule: fc.Arbitrary<Item> = fc.constantFrom(
  {},
  {},
  { recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270210T225959Z'] },
  { recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270101T000000Z'] },
);
const day = fc.constantFrom(3, 4);

/** One entry of a listing of a calendar whose own events are organized by `owner`; `guests` is the part of those that are not. */
export function itemOf(owner: string, guests: number): fc.Arbitrary<Item> {
  const organizer: fc.Arbitrary<Item> = fc.oneof(
    { weight: 8, arbitrary: fc.constant({ organizer: { email: owner, self: true } }) },
    { weight: guests, arbitrary: fc.constant(organizedBy('carol@elsewhere.example')) },
  );
  const parts = fc.tuple(conferenceOnIt, title, organizer);
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom('m', 'n'), parts).map(([id, rest]) => meeting(id, ...rest)) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...SERIES), parts, rule).map(([id, rest, ends]) => series(id, ...rest, ends)),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...SERIES), day, parts, fc.constantFrom(10, 15))
        .map(([id, on, rest, hour]) => exception(id, on, ...rest, at(on, hour))),
    },
    { weight: 2, arbitrary: fc.constantFrom('m', 'n', ...SERIES).map(tombstone) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...SERIES), day).map(([id, on]) => cancelledOccurrence(id, on)) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...SERIES), day).map(([id, on]) => tombstone(occurrenceId(id, on))),
    },
  );
}

/** A page: every event stands on it once. */
export function pageOf(owner: string, guests = 1): fc.Arbitrary<Item[]> {
  return fc.uniqueArray(itemOf(owner, guests), { selector: (item) => item.id, maxLength: 6 });
}

/** Something that happens: a page of a calendar is listed, or what is pending is delivered. */
export type Step =
  | { readonly kind: 'list'; readonly calendar: string; readonly page: readonly Item[] }
  | { readonly kind: 'announce'; readonly calendar: string; readonly eventId: string; readonly conferenceId: string }
  | { readonly kind: 'deliver' };

/** Steps on the calendars of two people. */
export function stepsOf(first: string, maxLength = 8): fc.Arbitrary<Step[]> {
  const calendar = fc.constantFrom(first, BOB);
  return fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: calendar.chain((owner) =>
          pageOf(owner).map((page): Step => ({ kind: 'list', calendar: owner, page })),
        ),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(calendar, fc.constantFrom('m', 's', occurrenceId('s', 3)), fc.constantFrom('c', 'd'))
          .map(
            ([owner, eventId, conferenceId]): Step => ({ kind: 'announce', calendar: owner, eventId, conferenceId }),
          ),
      },
      { weight: 2, arbitrary: fc.constant<Step>({ kind: 'deliver' }) },
    ),
    { maxLength },
  );
}
