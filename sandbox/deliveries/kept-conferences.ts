/** The conferences of a receiver of the user's own, as its read-back address tells of them after each delivery. */
import { readKept } from '../../ops/webhook/open-endpoint.ts';
import type { EventTime } from '../../shared/domain/event/event.ts';
import type { ConferenceView } from '../conference/simulated-conferences.ts';
import type { ConsoleConferences } from '../console/console-world.ts';

const TIMEOUT_MS = 3_000;
/** A receiver may answer first and work then. */
const READ_AGAIN_MS = 500;

/** See the file's head. It takes no faults: those are the receiver's own affair. */
export class KeptConferences implements ConsoleConferences {
  readonly #readBack: string | null;
  readonly #onChange: (conferenceId: string) => void;
  readonly #views = new Map<string, ConferenceView>();

  constructor(readBack: string | null, onChange: (conferenceId: string) => void) {
    this.#readBack = readBack;
    this.#onChange = onChange;
  }

  /** Asks what is kept of a conference now, and once more a little later. */
  async refresh(conferenceId: string): Promise<void> {
    if (this.#readBack === null) return;
    await this.#read(this.#readBack, conferenceId);
    await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_MS).unref());
    await this.#read(this.#readBack, conferenceId);
  }

  list(): readonly ConferenceView[] {
    return [...this.#views.values()];
  }

  forgetAll(): void {
    this.#views.clear();
  }

  behaviour(): readonly [] {
    return [];
  }

  setBehaviour(): void {}

  async #read(readBack: string, conferenceId: string): Promise<void> {
    const kept = await readKept(readBack, conferenceId, TIMEOUT_MS);
    if (kept.kind === 'conference') this.#views.set(conferenceId, viewOf(conferenceId, kept.fields));
    else this.#views.delete(conferenceId);
    this.#onChange(conferenceId);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function viewOf(id: string, fields: Fields): ConferenceView {
  const occurrences: readonly unknown[] = Array.isArray(fields.occurrences) ? fields.occurrences : [];
  return {
    id,
    state: fields.state === 'cancelled' ? 'cancelled' : 'active',
    title: textOf(fields.title),
    start: timeOf(fields.start),
    end: timeOf(fields.end),
    recurrence: Array.isArray(fields.recurrence) ? fields.recurrence.map(String) : null,
    occurrences: occurrences.map(fieldsOf).map((one) => ({
      eventId: textOf(one.eventId) ?? '',
      seriesId: '',
      originalStart: timeOf(one.originalStart),
      state: one.state === 'cancelled' ? 'cancelled' : 'updated',
      title: textOf(one.title),
      start: timeOf(one.start),
      end: timeOf(one.end),
    })),
    updates: 0,
    revision: 0,
    restored: 0,
    events: {},
    history: [],
  };
}

function timeOf(value: unknown): EventTime | null {
  const { date, dateTime, timeZone } = fieldsOf(value);
  if (typeof date === 'string') return { date };
  if (typeof dateTime !== 'string') return null;
  return typeof timeZone === 'string' ? { dateTime, timeZone } : { dateTime };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
