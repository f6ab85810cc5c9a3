/** What must hold for documents that the database forgets: nobody has a use for them any more, and has not had for the time that was promised. */
import { type ConferenceRecord, isReference } from '../../shared/domain/state/records.ts';
import type { Expiring } from './forgetting.ts';
import type { Commit } from './shadow.ts';

/** For so long late news of what is over is understood, but for what clocks differ. */
const KEPT_MS = 30 * 24 * 3_600_000 - 600_000;

/** Judges them, and knows what was forgotten. */
export class ForgettingJudge {
  /** By the place of a document that may be forgotten: since when. */
  readonly #since = new Map<string, { readonly expireAt: number; readonly at: number }>();
  readonly #conferences = new Map<string, ConferenceRecord>();
  readonly #events = new Set<string>();

  /** Says what is wrong with a commit: what is of use may not be forgotten. */
  judgeCommit({ conferences, bindings }: Commit, now: number): string | undefined {
    for (const [key, record] of conferences) {
      this.#note(key, record, now);
      const isOfUse = record.liveCount > 0 || record.cancellation !== null || record.owed !== null;
      if (record.expireAt !== null && isOfUse) return `${record.conferenceId} is of use, and may be forgotten`;
    }
    for (const [place, record] of bindings) {
      this.#note(place, record, now);
      const isOfUse = record !== null && (isReference(record) || record.pending !== null || record.doubt !== null);
      if (record !== null && record.expireAt !== null && isOfUse)
        return `${record.eventId} is of use, and may be forgotten`;
    }
    return undefined;
  }

  /** Says what is wrong with a document that goes. */
  forgotten(record: Expiring, now: number): string | undefined {
    const isBinding = 'eventId' in record;
    const name = isBinding ? record.eventId : record.conferenceId;
    if (isBinding) this.#events.add(record.eventId);
    else this.#conferences.set(record.conferenceId, record);
    const since = this.#since.get(isBinding ? `${record.calendar}/${record.id}` : record.key)?.at ?? now;
    return now - since < KEPT_MS ? `${name} is forgotten ${now - since} ms after it was over` : undefined;
  }

  /** Conferences that were forgotten, and have not come back. */
  conferenceIds(): readonly string[] {
    return [...this.#conferences.keys()];
  }

  /** Whether the conference was forgotten, and has not come back, before its end was told: it was released, or its end was refused. */
  hasForgottenUnended(conferenceId: string): boolean {
    const { state = 'cancelled' } = this.#conferences.get(conferenceId) ?? {};
    return state !== 'cancelled';
  }

  /** Whether a record of this event was forgotten at any time. */
  hasForgottenEvent(eventId: string): boolean {
    return this.#events.has(eventId);
  }

  #note(place: string, record: Expiring | null, now: number): void {
    if (record !== null && !('eventId' in record)) this.#conferences.delete(record.conferenceId);
    const expireAt = record?.expireAt ?? null;
    if (expireAt === null) this.#since.delete(place);
    else if (this.#since.get(place)?.expireAt !== expireAt) this.#since.set(place, { expireAt, at: now });
  }
}
