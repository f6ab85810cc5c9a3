/** What a receiver must make of deliveries, whatever they tell: signatures, sizes, crowds, and senders that go away. */
import type { Check, Signing, Step } from './check.ts';
import { conferenceOf, type Run, type SampleConference, STARTS } from './sample-changes.ts';

/** The largest body that docs/webhook.md speaks of; bytes. */
export const BODY_BYTES_MAX = 262_144;
const AT_ONCE = 50;
const ABSENT = { state: 'absent' } as const;

/** See the file's head. */
export const DELIVERY_CHECKS: readonly ((run: Run) => Check)[] = [
  (run) => {
    const one = conferenceOf(run, 'forged');
    return {
      name: 'a forged signature',
      rule: 'No signature, one by an unknown key, and one of another body are refused with 401.',
      means: 'Anyone who finds the address can cancel every meeting of the company.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [refused(one, 'unsigned'), refused(one, 'unknown-key'), refused(one, 'other-body'), kept(one, ABSENT)],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'expired');
    return {
      name: 'an old signature',
      rule: 'A delivery that was signed more than five minutes ago is refused with 401.',
      means: 'Whoever has once seen a delivery can send it again for ever.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [refused(one, 'expired'), kept(one, ABSENT)],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'ring');
    return {
      name: 'a second signature',
      rule: 'Of several signatures one that verifies is enough.',
      means: 'Every change is refused from the moment at which the key is being changed.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [
        { kind: 'send', deliveries: [one.delivery(one.updated(1), 'ring')], expected: 'accepted' },
        kept(one, { state: 'active', title: 'Planning', start: STARTS }),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'bytes');
    const title = 'Größe & „Maß“ 🚀';
    const change = one.updated(1, { title });
    const body = JSON.stringify(one.envelope(change), null, 2);
    return {
      name: 'the raw bytes',
      rule: 'The signature is checked over the bytes as they came, whatever letters and spaces they hold.',
      means: 'Meetings with an emoji or an umlaut in their title do not follow their events.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [
        { kind: 'send', deliveries: [one.raw(change.data.revision, body)], expected: 'accepted' },
        kept(one, { state: 'active', title, start: STARTS }),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'largest');
    const room = BODY_BYTES_MAX - JSON.stringify(one.envelope(one.updated(1, { description: '' }))).length;
    return {
      name: 'the largest body',
      rule: `A body of ${BODY_BYTES_MAX / 1_024} KiB is applied.`,
      means: 'Meetings with many guests or a long description do not follow their events.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [
        {
          kind: 'send',
          deliveries: [one.delivery(one.updated(1, { description: 'x'.repeat(room) }))],
          expected: 'accepted',
        },
        kept(one, { state: 'active', title: 'Planning', start: STARTS }),
      ],
    };
  },
  (run) => {
    const all = Array.from({ length: AT_ONCE }, (_, index) => conferenceOf(run, `crowd-${index}`));
    return {
      name: `${AT_ONCE} at once`,
      rule: `${AT_ONCE} changes of as many conferences at the same moment are all answered in time, and applied.`,
      means: 'After every outage the receiver falls over again as soon as the waiting changes arrive.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [
        { kind: 'send', deliveries: all.map((one) => one.delivery(one.updated(1))), expected: 'accepted' },
        ...all.map((one) => kept(one, { state: 'active', title: 'Planning', start: STARTS })),
      ],
    };
  },
  (run) => {
    const one = conferenceOf(run, 'hang-up');
    return {
      name: 'a sender that hangs up',
      rule: 'A connection that ends in the middle of a body changes nothing, and the next delivery is answered.',
      means: 'One lost connection ends the receiver for everybody.',
      see: 'docs/webhook.md#what-to-do-with-a-change',
      steps: [
        { kind: 'hang-up', delivery: one.delivery(one.updated(2, { title: 'Half' })) },
        { kind: 'send', deliveries: [one.delivery(one.updated(1))], expected: 'accepted' },
        kept(one, { state: 'active', title: 'Planning', start: STARTS }),
      ],
    };
  },
];

function refused(one: SampleConference, signing: Signing): Step {
  return { kind: 'send', deliveries: [one.delivery(one.updated(1), signing)], expected: 'refused' };
}

function kept({ id }: SampleConference, expected: Extract<Step, { kind: 'read' }>['expected']): Step {
  return { kind: 'read', conferenceId: id, expected };
}
