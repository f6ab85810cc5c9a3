/** What must hold for every change that leaves for the conference system. */
import type { ConferenceChange } from '../../shared/domain/delivery/change.ts';
import type { ListedEvent } from '../../shared/domain/event/event.ts';
import { conferenceKeyOf } from '../../shared/domain/ids.ts';
import type { Absences } from './absences.ts';
import type { Worker } from './scheduler.ts';
import { OUR_SOLUTION } from './settings.ts';
import type { Shadow } from './shadow.ts';
import type { Carrier, Truth } from './truth.ts';
import type { Witness } from './witness.ts';

/** The last update of a conference, and on whose word it was sent. */
interface LastUpdate {
  readonly calendarId: string;
  readonly eventId: string;
  readonly carrier: Carrier | undefined;
  readonly at: number;
}

/** How long an event that does not clearly say what it carries keeps its conference alive. */
const DOUBT_MS = 3_600_000;
/** For so long nobody else sends for a conference. */
const SENDING_MS = 90_000;

/** Judges changes one after the other. */
export class SendingJudge {
  readonly #truth: Truth;
  readonly #witness: Witness;
  readonly #shadow: Shadow;
  readonly #absences: Absences;
  readonly #what = new Map<string, string>();
  readonly #lastUpdates = new Map<string, LastUpdate>();
  readonly #underWay = new Map<string, { readonly worker: Worker; readonly at: number }>();

  constructor(truth: Truth, witness: Witness, shadow: Shadow, absences: Absences) {
    this.#truth = truth;
    this.#witness = witness;
    this.#shadow = shadow;
    this.#absences = absences;
  }

  /** `graceMs` is the least time between the end of the last event and a cancellation, by clocks that differ by `skewMs` at most. */
  judge(change: ConferenceChange, now: number, graceMs: number, skewMs: number): string | undefined {
    return (
      this.#judgeIdentity(change) ?? this.#judgeLead(change, now) ?? this.#judgeDeath(change, now, graceMs, skewMs)
    );
  }

  /** One change of a conference is under way at a time, as long as that is measured by clocks that differ by no more than `skewMs`. */
  sending(
    worker: Worker,
    { data: { conferenceId } }: ConferenceChange,
    now: number,
    skewMs: number,
  ): string | undefined {
    const other = this.#underWay.get(conferenceId);
    this.#underWay.set(conferenceId, { worker, at: now });
    if (other === undefined || other.worker === worker || other.worker.isCrashed) return undefined;
    return now - other.at < SENDING_MS - skewMs
      ? `${worker.name} and ${other.worker.name} send for ${conferenceId} at once`
      : undefined;
  }

  /** The worker has its answer, or will never have it. */
  answered(worker: Worker, { data: { conferenceId } }: ConferenceChange): void {
    if (this.#underWay.get(conferenceId)?.worker === worker) this.#underWay.delete(conferenceId);
  }

  /** A change is on record before it is sent, and the same change under the same id for ever. */
  #judgeIdentity({ id, type, data }: ConferenceChange): string | undefined {
    const occurrence = 'occurrence' in data ? data.occurrence.eventId : '';
    const what = `${type} ${data.eventId} ${occurrence}`;
    const before = this.#what.get(id);
    this.#what.set(id, what);
    if (before !== undefined && before !== what) return `${id} was ${before}, and is now ${what}`;
    const key = conferenceKeyOf(data.conferenceId);
    const isRecorded =
      this.#shadow.conferences.get(key)?.cancellation?.revision === data.revision ||
      [...this.#shadow.bindings.values()].some(
        ({ conference, pending }) => conference === key && pending?.revision === data.revision,
      );
    return isRecorded ? undefined : `${id} is sent and nowhere on record`;
  }

  /** While the event that led still carries the conference, no other calendar updates it. */
  #judgeLead({ type, data }: ConferenceChange, now: number): string | undefined {
    if (type !== 'conference.updated') return undefined;
    const { conferenceId, calendarId, eventId } = data;
    const last = this.#lastUpdates.get(conferenceId);
    const isCarried = last?.carrier !== undefined && last.carrier.until === null;
    const isLedStill = isCarried && !this.#absences.wasAway(last.calendarId, last.at, now);
    const carrier = this.#truth.carrier(calendarId, eventId, conferenceId);
    this.#lastUpdates.set(conferenceId, { calendarId, eventId, carrier, at: now });
    return isLedStill && last.calendarId !== calendarId
      ? `${calendarId} updates ${conferenceId}, which an event of ${last.calendarId} leads`
      : undefined;
  }

  #judgeDeath({ type, data }: ConferenceChange, now: number, graceMs: number, skewMs: number): string | undefined {
    if (type !== 'conference.cancelled') return undefined;
    const { conferenceId, calendarId, eventId } = data;
    const carriers = this.#truth.carriersOf(conferenceId);
    const shown = carriers.find(({ isShown }) => isShown);
    if (shown !== undefined) {
      return `${conferenceId} is cancelled, and a listing has shown it on ${shown.eventId} of ${shown.calendarId}`;
    }
    const reading = this.#witness.reading(calendarId, eventId);
    // What came and went before anybody saw it proves nothing.
    const last = this.#truth.carrier(calendarId, eventId, conferenceId);
    const endedAt = last?.isShown === true ? last.until : null;
    if (reading === undefined || (endedAt !== null && reading.at < endedAt)) {
      return `${conferenceId} is cancelled, and nobody has read its last event again`;
    }
    const gone = this.#truth.endedAt(conferenceId);
    if (carriers.length === 0 && gone !== undefined && now - gone < graceMs - skewMs) {
      return `${conferenceId} is cancelled ${now - gone} ms after its last event, within its grace`;
    }
    // What is read after the end was confirmed does not call it back.
    const isConfirming =
      reading.at <= (this.#shadow.conferences.get(conferenceKeyOf(conferenceId))?.cancellation?.seenAt ?? 0);
    // Other events may have carried it since this one became unclear.
    const unclearAt = endedAt ?? gone;
    if (
      isConfirming &&
      unclearAt !== undefined &&
      now - unclearAt < DOUBT_MS - skewMs &&
      isUnclear(reading.event, calendarId)
    ) {
      return `${conferenceId} is cancelled, and ${eventId} does not clearly say that it has lost it`;
    }
    return undefined;
  }
}

function isUnclear(event: ListedEvent | null, calendarId: string): boolean {
  if (event?.kind !== 'live' || event.organizer?.email !== calendarId) return false;
  const { conference } = event;
  if (conference === null || conference.conferenceId !== null) return false;
  return conference.isBeingCreated || conference.solutionName === OUR_SOLUTION;
}
