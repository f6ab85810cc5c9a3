/** What must hold for the words of the updates that a conference system has taken: a receiver that looks at `changed` alone misses nothing. */
import type { ConferenceChange } from '../../shared/domain/delivery/change.ts';
import type { EventField } from '../../shared/domain/event/event-fields.ts';
import type { Commit } from './shadow.ts';

/** Judges changes one after the other. */
export class ContentJudge {
  /** By conference and event: what each field was when it was last named. */
  readonly #named = new Map<string, Partial<Record<EventField, unknown>>>();
  /** Conferences whose end was ever on its way: a worker that dies does not know whether it has left. */
  readonly #ended = new Set<string>();
  /** Conferences that have ended there. */
  readonly #over = new Set<string>();

  note({ conferences }: Commit): void {
    for (const { conferenceId, cancellation } of conferences.values()) {
      if (cancellation !== null) this.#ended.add(conferenceId);
    }
  }

  /** Nobody on our side knows any more that it has ended: when it comes back, it is as new. */
  forget(conferenceId: string): void {
    this.#over.delete(conferenceId);
  }

  /** A change leaves. */
  judge({ type, data }: ConferenceChange): string | undefined {
    const isRestored = type === 'conference.updated' && data.restored === true;
    return isRestored && !this.#ended.has(data.conferenceId)
      ? `${data.conferenceId} is told as restored, and was never to end`
      : undefined;
  }

  /** The conference system has taken a change. */
  taken({ type, data }: ConferenceChange): string | undefined {
    if (type === 'conference.cancelled') this.#over.add(data.conferenceId);
    if (type !== 'conference.updated') return undefined;
    const wasOver = this.#over.delete(data.conferenceId);
    const { conferenceId, eventId, changed, event, restored } = data;
    const key = keyOf(conferenceId, eventId);
    const named = { ...this.#named.get(key) };
    for (const field of changed) named[field] = event[field] ?? null;
    this.#named.set(key, named);
    return wasOver && restored !== true ? `${conferenceId} has ended there, and is not told as restored` : undefined;
  }

  /** What this field of the event was when it was last named; null if it never was. */
  named(conferenceId: string, eventId: string, field: EventField): unknown {
    return this.#named.get(keyOf(conferenceId, eventId))?.[field] ?? null;
  }
}

function keyOf(conferenceId: string, eventId: string): string {
  return `${conferenceId}|${eventId}`;
}
