import { describe, expect, test } from '@jest/globals';
import { nextStep, type SenderTerms, type Situation } from '../../../shared/domain/delivery/next-step.ts';
import type { ReadyChange } from '../../../shared/domain/delivery/ready-change.ts';
import { bindingIdOf } from '../../../shared/domain/ids.ts';
import { SENDING_MS } from '../../../shared/domain/limits.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { led, NOW } from '../build.ts';

const TERMS: SenderTerms = { owner: 'me', now: NOW, isOutOfTime: false, isAdmitted: true };
const SENT = led('c', 1, { sending: { owner: 'me', until: NOW }, retryAt: NOW - 1 });

function ready(type: 'conference.updated' | 'conference.cancelled'): ReadyChange {
  const isCancelled = type === 'conference.cancelled';
  const head = { conferenceId: 'c', revision: 2, calendarId: 'a@example.com', eventId: 'e' };
  return {
    change: isCancelled
      ? { id: 'm', timestamp: '2027-01-20T09:00:00.000Z', type, data: { ...head, reason: 'event_deleted' } }
      : {
          id: 'm',
          timestamp: '2027-01-20T09:00:00.000Z',
          type: 'conference.updated',
          data: { ...head, changed: [], event: { parameters: {} } },
        },
    binding: isCancelled ? null : bindingIdOf('e'),
    hashes: {},
    event: undefined,
    origin: undefined,
    aloneAt: null,
  };
}

function stepOf(situation: Situation, terms: Partial<SenderTerms> = {}, conference: ConferenceRecord = SENT) {
  return nextStep(situation, conference, { ...TERMS, ...terms });
}

const NEXT = ready('conference.updated');
const OWING = { ...SENT, owed: { since: NOW, kind: 'event', after: null, isAnew: false } } as const;

describe('a run ends, and nobody sends for the conference any more', () => {
  test.each<[string, ReturnType<typeof stepOf>, object, number | null]>([
    ['where nothing is pending', stepOf({ kind: 'nothing-pending' }), { kind: 'all' }, null],
    ['where the leader owes more', stepOf({ kind: 'nothing-pending' }, {}, OWING), { kind: 'owing' }, NOW],
    [
      'where an attempt has failed',
      stepOf({ kind: 'failed', retryAt: NOW + 5 }),
      { kind: 'failing', retryAt: NOW + 5 },
      NOW + 5,
    ],
    ['where the next change must be read first', stepOf({ kind: 'not-read' }), { kind: 'left' }, NOW],
    ['where the time is up', stepOf({ kind: 'ready', next: NEXT }, { isOutOfTime: true }), { kind: 'left' }, NOW],
    [
      'where the endpoint has begun to fail throughout',
      stepOf({ kind: 'ready', next: NEXT }, { isAdmitted: false }),
      { kind: 'failing', retryAt: NOW + 10_000 },
      NOW + 10_000,
    ],
  ])('%s', (_, { step, conference }, expected, retryAt) => {
    expect(step).toEqual(expected);
    expect(conference).toMatchObject({ sending: null, retryAt });
  });
});

test('another sender is left to it: nothing of the conference changes', () => {
  expect(stepOf({ kind: 'sent-by-another' })).toEqual({ step: { kind: 'busy' }, conference: SENT });
});

test('the next change is claimed for as long as a sender may take', () => {
  const { step, conference } = stepOf({ kind: 'ready', next: NEXT });
  expect(step).toEqual({ kind: 'send', next: NEXT });
  expect(conference).toEqual({ ...SENT, sending: { owner: 'me', until: NOW + SENDING_MS } });
});

test('a cancellation may arrive from the moment on in which it is claimed', () => {
  const { conference } = stepOf({ kind: 'ready', next: ready('conference.cancelled') });
  expect(conference.isCancelledThere).toBe(true);
});
