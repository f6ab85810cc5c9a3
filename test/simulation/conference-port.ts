/** The conference system as one worker sees it: the simulated receiver, whose answers are read as the webhook adapter reads them. */
import type { Behaviour } from '../../sandbox/conference/behaviour.ts';
import { readWebhookAnswer } from '../../shared/adapters/webhook/read-webhook-answer.ts';
import type { CalendarNotice, ConferenceChange, Outcome } from '../../shared/domain/delivery/change.ts';
import type { ConferenceBackend } from '../../shared/domain/ports.ts';
import { CONFERENCE_LATE_MS } from './faults.ts';
import type { Worker } from './scheduler.ts';
import { STARTED_AT } from './settings.ts';
import type { World } from './world.ts';

/** The parts of an event in which the conference system wants words of its own, where it wants anything. */
export const WISHES = ['summary', 'description', 'location'] as const;

/** These words. */
export function wished(part: (typeof WISHES)[number], conferenceId: string): string {
  return `${part} of ${conferenceId}`;
}

const NO_ANSWER: Outcome = { kind: 'transient', reason: 'no answer in time' };

/** See the file's head. */
export function conferencePort(world: World, worker: Worker): ConferenceBackend {
  return {
    apply(change) {
      // What counts is what is known when the change leaves; how long it travels is nobody's choice.
      world.judges.sending(worker, change);
      const isStalled = world.fates.strikes('conferenceStalls');
      const answer = world.scheduler.call(
        worker,
        'conference.apply',
        () => (isStalled ? NO_ANSWER : receive(world, change)),
        (outcome) => `${nameOf(change)}: ${outcome.kind}`,
        isStalled ? CONFERENCE_LATE_MS : undefined,
      );
      return lateAfter(world, worker, answer).finally(() => world.judges.answered(worker, change));
    },
    tell(notice) {
      world.judges.telling(notice);
      return world.scheduler.call(
        worker,
        'conference.tell',
        () => hear(world, notice),
        (outcome) => `${notice.type} ${notice.data.calendarId} r${notice.data.revision}: ${outcome.kind}`,
      );
    },
  };
}

/** At times the change is taken, and its answer comes too late. */
async function lateAfter(world: World, worker: Worker, answer: Promise<Outcome>): Promise<Outcome> {
  const outcome = await answer;
  if (!world.fates.strikes('lateAnswer')) return outcome;
  return world.scheduler.call(worker, 'conference.waits', () => NO_ANSWER, undefined, CONFERENCE_LATE_MS);
}

function receive(world: World, change: ConferenceChange): Outcome {
  const behaviour = behaviourFor(world, change);
  world.conferences.setBehaviour(behaviour === undefined ? [] : [{ ...behaviour, next: 1 }]);
  const { applied } = world.conferences.counts();
  const outcome = deliver(world, change);
  const isTaken = world.conferences.counts().applied > applied;
  if (isTaken) world.judges.taken(change);
  return outcome;
}

function hear(world: World, notice: CalendarNotice): Outcome {
  const behaviour = troubleOf(world);
  world.conferences.setBehaviour(behaviour === undefined ? [] : [behaviour]);
  return deliver(world, notice);
}

function deliver(world: World, { id, type, timestamp, data }: ConferenceChange | CalendarNotice): Outcome {
  const answer = world.conferences.receiveVerified(id, JSON.stringify({ type, timestamp, data }));
  if (answer.delivery.kind === 'never') return NO_ANSWER;
  return readWebhookAnswer(
    {
      status: answer.status,
      retryAfter: answer.headers['retry-after'],
      text: answer.body,
      isCut: false,
    },
    world.scheduler.now,
  );
}

/** What passes, or is for somebody to mend at the endpoint, and what no other attempt makes better. */
const OUT: readonly Behaviour[] = [
  { kind: 'fail', status: 503 },
  { kind: 'fail', status: 503, retryAfter: 20 },
  { kind: 'fail', status: 429, retryAfter: new Date(STARTED_AT + 600_000).toUTCString() },
  { kind: 'fail', status: 401 },
  { kind: 'gone' },
  { kind: 'html', status: 200 },
  { kind: 'html', status: 404 },
  { kind: 'redirect', status: 302, location: 'https://elsewhere.example' },
];
const REFUSING: readonly Behaviour[] = [
  { kind: 'reject', status: 422 },
  { kind: 'reject', status: 400 },
];

/** What keeps any message from arriving, or its answer. */
function troubleOf({ fates, random, scheduler, conferencesOffUntil }: World): Behaviour | undefined {
  if (scheduler.now < conferencesOffUntil) return { kind: 'fail', status: 503 };
  if (fates.strikes('conferenceDown')) return random.pick(OUT);
  if (fates.strikes('conferenceLostAnswer')) return { kind: 'time_out_after_success' };
  return undefined;
}

function behaviourFor(world: World, { type, data }: ConferenceChange): Behaviour | undefined {
  const { fates, random } = world;
  const trouble = troubleOf(world);
  if (trouble !== undefined) return trouble;
  const isUpdate = type === 'conference.updated';
  // What is to end and is not known there has ended already.
  if (fates.strikes('conferenceRefuses'))
    return isUpdate && random.happens(0.2) ? { kind: 'conference_not_found' } : random.pick(REFUSING);
  if (isUpdate && fates.strikes('eventPatch')) {
    const wish = random.pick(WISHES) ?? 'location';
    return { kind: 'event_patch', eventPatch: { [wish]: wished(wish, data.conferenceId) } };
  }
  return undefined;
}

function nameOf({ type, data }: ConferenceChange): string {
  return `${type.replace('conference.', '')} ${data.conferenceId} r${data.revision} of ${data.calendarId}`;
}
