/** People who edit their calendars at random, while the service around them falls and rises. */

import type { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { ApiError } from '../../sandbox/calendar/wire/api-error.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from '../../sandbox/calendar/wire/json.ts';
import type { Random } from '../simulation/random.ts';
import { at, ours, pathOf, theirs } from '../simulation/requests.ts';
import { REGISTERED } from '../simulation/settings.ts';
import { isOrganizers, type Truth } from '../simulation/truth.ts';

/** See the file's head. */
export class ChaosUsers {
  readonly #calendar: SimulatedCalendar;
  readonly #truth: Truth;
  readonly #random: Random;
  readonly #announce: (calendarId: string, eventId: string, conferenceId: string) => Promise<void>;
  #count = 0;

  constructor(
    calendar: SimulatedCalendar,
    truth: Truth,
    random: Random,
    announce: (calendarId: string, eventId: string, conferenceId: string) => Promise<void>,
  ) {
    this.#calendar = calendar;
    this.#truth = truth;
    this.#random = random;
    this.#announce = announce;
  }

  /** One edit by somebody. */
  async act(): Promise<void> {
    const random = this.#random;
    const user = random.pick(REGISTERED) ?? REGISTERED[0];
    const event = random.pick(
      this.#calendar
        .events(user)
        .filter((body) => body.recurringEventId === undefined && body.start !== undefined && isOrganizers(body, user)),
    );
    if (event === undefined || random.happens(0.25)) await this.#create(user);
    else if (Array.isArray(event.recurrence) && event.status !== 'cancelled' && random.happens(0.5))
      this.#changeSeries(user, event);
    else this.#change(user, event);
    this.#truth.refresh();
  }

  async #create(user: string): Promise<void> {
    const random = this.#random;
    const conferenceId = random.happens(0.15)
      ? (random.pick(this.#truth.conferenceIds()) ?? this.#newConference())
      : this.#newConference();
    const body: Record<string, unknown> = {
      summary: this.#word(),
      ...at(random.between(1, 200)),
      conferenceData: ours(conferenceId),
    };
    if (random.happens(0.3)) body.recurrence = ['RRULE:FREQ=DAILY;COUNT=6'];
    if (random.happens(0.2)) body.attendees = REGISTERED.filter((other) => other !== user).map((email) => ({ email }));
    if (random.happens(0.2)) {
      const id = `announced${++this.#count}`.replaceAll(/[^a-v0-9]/g, 'a');
      await this.#announce(user, id, conferenceId);
      body.id = id;
    }
    this.#ask(user, 'POST', pathOf(user), body);
  }

  #change(user: string, event: JsonObject): void {
    const random = this.#random;
    const id = textAt(event, 'id') ?? '';
    const patch = (body: JsonObject): void => this.#ask(user, 'PATCH', pathOf(user, id), body);
    if (event.status === 'cancelled') {
      patch({ status: 'confirmed' });
      return;
    }
    switch (random.between(1, 10)) {
      case 1:
      case 2:
        patch({ summary: this.#word() });
        break;
      case 3:
        patch(at(random.between(1, 200)));
        break;
      case 4:
        patch({ description: this.#word(), location: this.#word() });
        break;
      case 5:
        patch({ conferenceData: ours(this.#newConference()) });
        break;
      case 6:
        patch({ conferenceData: random.happens(0.5) ? null : theirs() });
        break;
      case 7:
        this.#ask(user, 'DELETE', pathOf(user, id));
        break;
      case 8: {
        const { summary, start, end, conferenceData } = event;
        const onto = random.pick(REGISTERED) ?? user;
        this.#ask(onto, 'POST', pathOf(onto), {
          summary,
          start,
          end,
          ...(conferenceData !== undefined && { conferenceData }),
        });
        break;
      }
      case 9: {
        const destination = random.pick(REGISTERED.filter((other) => other !== user)) ?? user;
        this.#calendar.handle({ method: 'POST', path: pathOf(user, id, '/move'), query: { destination } });
        break;
      }
      default:
        patch({ visibility: random.happens(0.5) ? 'private' : 'default' });
        break;
    }
  }

  #changeSeries(user: string, event: JsonObject): void {
    const random = this.#random;
    const id = textAt(event, 'id') ?? '';
    const { body } = this.#calendar.handle({
      method: 'GET',
      path: pathOf(user, id, '/instances'),
      query: { maxResults: '5' },
    });
    const occurrence = random.pick(objectsAt(Object(body), 'items'));
    const occurrenceId = textAt(occurrence, 'id') ?? '';
    const start = textAt(objectAt(occurrence, 'originalStartTime'), 'dateTime') ?? '';
    if (occurrence === undefined) return;
    try {
      const roll = random.between(1, 5);
      if (roll === 1) this.#ask(user, 'DELETE', pathOf(user, occurrenceId));
      else if (roll === 2) this.#ask(user, 'PATCH', pathOf(user, occurrenceId), { summary: this.#word() });
      else if (roll === 3) this.#ask(user, 'PATCH', pathOf(user, occurrenceId), at(random.between(1, 200)));
      else if (roll === 4) this.#calendar.split(user, id, start, { summary: this.#word() });
      else this.#calendar.cut(user, id, start);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #ask(user: string, method: string, path: string, body?: JsonObject): void {
    const headers = { authorization: `Bearer user:${user}` };
    const query: Record<string, string> = method === 'DELETE' ? {} : { conferenceDataVersion: '1' };
    this.#calendar.handle({ method, path, query, headers, ...(body !== undefined && { body }) });
  }

  #newConference(): string {
    return `conf-${++this.#count}`;
  }

  #word(): string {
    return `word ${this.#random.between(1, 100_000)}`;
  }
}
