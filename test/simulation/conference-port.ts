/** The conference system as one worker sees it: the simulated receiver, whose answers are read as the webhook adapter reads them. */
import type { Behaviour } from '../../sandbox/conference/behaviour.ts';
import { readWebhookAnswer } from '../../shared/adapters/webhook/read-webhook-answer.ts';
import type { CalendarNotice, ConferenceChange, Outcome } from '../../shared/domain/delivery/change.ts';
import type { ConferenceBackend } from '../../shared/domain/ports.ts';
import type { Worker } from './scheduler.ts';
import type { World } from './world.ts';

/** What the conference system wants on an event, where it wants anything. */
export function wishedLocation(conferenceId: string): string {
  return `Room of ${conferenceId}`;
}

/** See the file's head. */
export function conferencePort(world: World, worker: Worker): ConferenceBackend {
  return {
    apply(change) {
      // What counts is what is known when the change leaves; how long it travels is nobody's choice.
      world.sending(worker, change);
      return world.scheduler.call(
        worker,
        'conference.apply',
        () => receive(world, change),
        (outcome) => `${nameOf(change)}: ${outcome.kind}`,
      );
    },
    tell(notice) {
      world.telling(notice);
      return world.scheduler.call(
        worker,
        'conference.tell',
        () => hear(world, notice),
        (outcome) => `${notice.type} ${notice.data.calendarId} r${notice.data.revision}: ${outcome.kind}`,
      );
    },
  };
}

function receive(world: World, change: ConferenceChange): Outcome {
  const behaviour = behaviourFor(world, change);
  world.conferences.setBehaviour(behaviour === undefined ? [] : [{ ...behaviour, next: 1 }]);
  return deliver(world, change);
}

function hear(world: World, notice: CalendarNotice): Outcome {
  const behaviour = troubleOf(world);
  world.conferences.setBehaviour(behaviour === undefined ? [] : [behaviour]);
  return deliver(world, notice);
}

function deliver(world: World, { id, type, timestamp, data }: ConferenceChange | CalendarNotice): Outcome {
  const answer = world.conferences.receiveVerified(id, JSON.stringify({ type, timestamp, data }));
  if (answer.delivery.kind === 'never') return { kind: 'transient', reason: 'no answer in time' };
  return readWebhookAnswer(
    {
      status: answer.status,
      retryAfter: answer.headers['retry-after'],
      contentType: answer.headers['content-type'] ?? '',
      text: answer.body,
      isCut: false,
    },
    world.scheduler.now,
  );
}

/** What keeps any message from arriving, or its answer. */
function troubleOf({ fates }: World): Behaviour | undefined {
  if (fates.strikes('conferenceDown')) return { kind: 'fail', status: 503 };
  if (fates.strikes('conferenceLostAnswer')) return { kind: 'time_out_after_success' };
  return undefined;
}

function behaviourFor(world: World, { type, data }: ConferenceChange): Behaviour | undefined {
  const { fates } = world;
  const trouble = troubleOf(world);
  if (trouble !== undefined) return trouble;
  if (fates.strikes('conferenceRefuses')) return { kind: 'reject', status: 422 };
  if (type === 'conference.updated' && fates.strikes('eventPatch')) {
    return { kind: 'event_patch', eventPatch: { location: wishedLocation(data.conferenceId) } };
  }
  return undefined;
}

function nameOf({ type, data }: ConferenceChange): string {
  return `${type.replace('conference.', '')} ${data.conferenceId} r${data.revision} of ${data.calendarId}`;
}
