/** What a receiver must make of the changes themselves: order, repetition, revival, occurrences, and what it does not know. */
import type { ChangeBody } from '../../shared/domain/delivery/change.ts';
import type { Check, ExpectedConference, ExpectedOccurrence, Step } from './check.ts';
import {
  conferenceOf,
  from,
  type Run,
  type SampleConference,
  SECOND,
  SECOND_MOVED,
  SERIES_MOVED,
  STARTS,
  THIRD,
} from './sample-changes.ts';

const PLANNED: ExpectedConference = { state: 'active', title: 'Planning', start: STARTS };
const MOVED: ExpectedOccurrence = { originalStart: SECOND, state: 'updated', start: SECOND_MOVED };
const DROPPED: ExpectedOccurrence = { originalStart: THIRD, state: 'cancelled' };
/** The same instant as SECOND, as it is written after the organizer has travelled. */
const SECOND_IN_UTC = '2027-03-08T09:00:00Z';

/** See the file's head. */
export const CHANGE_CHECKS: readonly ((run: Run) => Check)[] = [
  (run) => {
    const one = conferenceOf(run, 'four');
    return {
      name: 'the four changes',
      rule: 'Each of the four types is answered 2xx and applied.',
      means: 'Conferences do not follow their events at all.',
      see: 'docs/webhook.md#the-four-changes',
      steps: [
        ...sent(one, one.updated(1)),
        kept(one, PLANNED),
        ...sent(one, one.occurrenceUpdated(2, SECOND, SECOND_MOVED), one.occurrenceCancelled(3, THIRD)),
        kept(one, { ...PLANNED, occurrences: [MOVED, DROPPED] }),
        ...sent(one, one.cancelled(4)),
        kept(one, { state: 'cancelled' }),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'repeated');
    return {
      name: 'a repetition',
      rule: 'The same change again is answered 2xx.',
      means: 'A change whose answer got lost counts as refused, and the conference no longer follows its event.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [...sent(one, one.updated(1), one.updated(1), one.updated(1)), kept(one, PLANNED)],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'older');
    return {
      name: 'an older revision',
      rule: 'A revision that is not above the last applied one is answered 2xx and changes nothing.',
      means: 'A late repetition puts a meeting back to where it was, and people stand in front of a closed room.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [
        ...sent(one, one.updated(3), one.updated(2, { title: 'Overtaken', ...from(SERIES_MOVED) }), one.cancelled(1)),
        kept(one, PLANNED),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'revived');
    return {
      name: 'updated after cancelled',
      rule: 'An update of a cancelled conference makes it active again, whether it says `restored` or not.',
      means: 'A meeting that is on again has a room that stays shut.',
      see: 'docs/webhook.md#the-four-changes',
      steps: [
        ...sent(one, one.updated(1), one.cancelled(2), one.updated(3, { title: 'On again' })),
        kept(one, { ...PLANNED, title: 'On again' }),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'restored');
    return {
      name: 'restored',
      rule: 'An update with `restored: true` makes the conference active again.',
      means: 'A conference that was cancelled too early is never repaired.',
      see: 'docs/webhook.md#the-four-changes',
      steps: [
        ...sent(one, one.updated(1), one.cancelled(2), one.updated(3, {}, { restored: true })),
        kept(one, PLANNED),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'unknown');
    return {
      name: 'a cancellation of a conference it does not know',
      rule: 'It is answered 2xx, or 404 with {"error": "conference_not_found"}.',
      means: 'On-call is told of a failure that is none.',
      see: 'docs/webhook.md#answers',
      steps: [{ kind: 'send', deliveries: [one.delivery(one.cancelled(1))], expected: 'accepted-or-unknown' }],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'whole-days');
    const days = { start: { date: '2027-03-01' }, end: { date: '2027-03-03' }, recurrence: null, title: null };
    return {
      name: 'whole days, no title',
      rule: 'An event of whole days without a title is applied.',
      means: 'All-day events have no conference.',
      see: 'docs/webhook.md#the-four-changes',
      steps: [...sent(one, one.updated(1, days)), kept(one, { state: 'active', title: '', start: '2027-03-01' })],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'series-moves');
    return {
      name: 'a series moves',
      rule: 'What was told of single occurrences stays until a change names the same occurrence again.',
      means: 'Cancelled occurrences come back, and moved ones jump to where nobody expects them.',
      see: 'docs/webhook.md#occurrences-of-a-series',
      steps: [
        ...sent(one, one.updated(1), one.occurrenceUpdated(2, SECOND, SECOND_MOVED), one.occurrenceCancelled(3, THIRD)),
        ...sent(one, one.updated(4, from(SERIES_MOVED))),
        kept(one, { ...PLANNED, start: SERIES_MOVED, occurrences: [MOVED, DROPPED] }),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'same-instant');
    return {
      name: 'one occurrence, written twice',
      rule: 'Occurrences are told apart by the instant of `originalStart`, not by how it is written.',
      means:
        'An occurrence that was moved and then cancelled stands in the list twice, and its room opens all the same.',
      see: 'docs/webhook.md#occurrences-of-a-series',
      steps: [
        ...sent(
          one,
          one.updated(1),
          one.occurrenceUpdated(2, SECOND, SECOND_MOVED),
          one.occurrenceCancelled(3, SECOND_IN_UTC),
        ),
        kept(one, { ...PLANNED, occurrences: [{ originalStart: SECOND, state: 'cancelled' }] }),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'days-of-a-series');
    const [first, second, secondMoved, third] = ['2027-03-01', '2027-03-08', '2027-03-09', '2027-03-15'] as const;
    return {
      name: 'occurrences of whole days',
      rule: 'The `originalStart` of an occurrence may be a `date`, or null.',
      means: 'Occurrences of all-day series are lost, and with them every later change of their conferences.',
      see: 'docs/webhook.md#occurrences-of-a-series',
      steps: [
        ...sent(one, one.updated(1, from(first)), one.occurrenceUpdated(2, second, secondMoved)),
        ...sent(one, one.occurrenceCancelled(3, third)),
        kept(one, {
          ...PLANNED,
          start: first,
          occurrences: [
            { originalStart: second, state: 'updated', start: secondMoved },
            { originalStart: third, state: 'cancelled' },
          ],
        }),
        ...sent(one, one.occurrenceCancelled(4, null)),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'fields');
    const change = one.updated(1);
    const data = { ...change.data, changed: ['title', 'somethingNew'], somethingNew: { a: [1] } };
    const end = one.cancelled(2);
    const ended = JSON.stringify(one.envelope(end, { data: { ...end.data, reason: 'something_new' } }));
    return {
      name: 'fields it does not know',
      rule: 'Fields that the document does not name, and such words in `changed` and `reason`, are ignored.',
      means: 'The next version of the service stops everything.',
      see: 'docs/webhook.md#the-four-changes',
      steps: [
        send([one.raw(change.data.revision, JSON.stringify(one.envelope(change, { data, version: 2 })))]),
        kept(one, PLANNED),
        send([one.raw(end.data.revision, ended)]),
        kept(one, { state: 'cancelled' }),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'types');
    const change = one.updated(2);
    const body = JSON.stringify({ ...one.envelope(change), type: 'conference.something_new' });
    return {
      name: 'a type it does not know',
      rule: 'It is answered 2xx and changes nothing.',
      means: 'The next version of the service fills the list of failures.',
      see: 'docs/webhook.md#the-four-changes',
      steps: [send([one.raw(change.data.revision, body)]), kept(one, { state: 'absent' })],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'calendar');
    return {
      name: 'messages about calendars',
      rule: 'Both are answered 2xx, whether anything is made of them or not.',
      means: 'Nobody hears that a calendar stopped following, and the service tries to tell it without an end.',
      see: 'docs/webhook.md#calendars',
      steps: one.notices().map((notice) => send([one.raw(notice.data.revision, JSON.stringify(notice))])),
    };
  },
];

/** One after the other, as the service sends the changes of one conference. */
function sent(one: SampleConference, ...changes: readonly ChangeBody[]): Step[] {
  return changes.map((change) => send([one.delivery(change)]));
}

function send(deliveries: Extract<Step, { kind: 'send' }>['deliveries']): Step {
  return { kind: 'send', deliveries, expected: 'accepted' };
}

function kept({ id }: SampleConference, expected: ExpectedConference): Step {
  return { kind: 'read', conferenceId: id, expected };
}
