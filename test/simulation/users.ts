/** People at random: each call does one thing that somebody does in a calendar, as an organizer, as a guest, or through the add-on. */
import { ApiError } from '../../sandbox/calendar/wire/api-error.ts';
import { type JsonObject, objectAt, textAt } from '../../sandbox/calendar/wire/json.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { announceConference } from '../../shared/flow/calendars/announce-conference.ts';
import { changeEvent, drawEventChanges, type EventChange } from './event-changes.ts';
import { drawOperations, type Operation, operate } from './operations.ts';
import type { Random } from './random.ts';
import { at, done, insert, occurrencesOf, ours, patch, remove, theirs } from './requests.ts';
import { STRANGER } from './settings.ts';
import { isOrganizers } from './truth.ts';
import type { World } from './world.ts';

/** See the file's head. */
export class Users {
  readonly #world: World;
  readonly #random: Random;
  readonly #changes: readonly EventChange[];
  readonly #operations: readonly Operation[];
  /** How often they go on with what they have just had in hand, and use a conference that is used already. */
  readonly #focus: number;
  readonly #reuse: number;
  #last: { readonly user: string; readonly eventId: string } | undefined;
  #conferences = 0;
  #events = 0;

  /** `isLossy`: things happen, too, after which only a reconcile finds what has changed. */
  constructor(world: World, random: Random, isLossy: boolean) {
    this.#world = world;
    this.#random = random;
    this.#changes = drawEventChanges(random);
    this.#operations = drawOperations(random, isLossy, world.pauseMsMax);
    this.#focus = random.pick([0, 0.5, 0.8]) ?? 0;
    this.#reuse = random.pick([0.2, 0.2, 0.7]) ?? 0.2;
  }

  /** Somebody does something. */
  act(): void {
    const last = this.#random.happens(this.#focus) ? this.#last : undefined;
    const user = last?.user ?? this.#random.pick(this.#world.registered) ?? this.#world.registered[0];
    const own = this.#eventsOf(user, (body) => isOrganizers(body, user));
    const roll = this.#random.next();
    if (own.length === 0 || roll < 0.2) {
      this.#create(user);
      return;
    }
    if (roll < 0.3) {
      const name = this.#random.pick(this.#operations) ?? 'look';
      const standing = own.filter(({ status }) => status !== 'cancelled');
      operate(name, { world: this.#world, random: this.#random, user, own: standing });
      return;
    }
    if (roll < 0.37) {
      this.#actAsGuest(user);
      return;
    }
    const event = own.find(({ id }) => id === last?.eventId) ?? this.#random.pick(own);
    if (event === undefined) return;
    this.#last = { user, eventId: textAt(event, 'id') ?? '' };
    if (Array.isArray(event.recurrence) && roll < 0.63) {
      this.#changeSeries(user, event, last === undefined ? Number.POSITIVE_INFINITY : 2);
      return;
    }
    this.#changeEvent(user, event);
  }

  #create(user: string): void {
    const random = this.#random;
    const body: Record<string, unknown> = { summary: this.#word(), ...at(random.between(1, 200)) };
    if (random.happens(0.85)) body.conferenceData = ours(this.#someConference());
    if (random.happens(0.35)) body.recurrence = [random.happens(0.5) ? 'RRULE:FREQ=DAILY' : 'RRULE:FREQ=DAILY;COUNT=6'];
    if (random.happens(0.3)) body.attendees = this.#guests(user);
    if (random.happens(0.15)) {
      this.#createAnnounced(user, body);
      return;
    }
    insert(this.#world, user, body);
  }

  /** The add-on tells of a conference and makes its event, in either order; the event may never come. */
  #createAnnounced(user: string, body: Record<string, unknown>): void {
    const world = this.#world;
    const id = `announced${++this.#events}`.replaceAll(/[^a-v0-9]/g, 'a');
    const conferenceId = this.#someConference();
    const isFirst = this.#random.happens(0.5);
    if (!isFirst) insert(world, user, { ...body, id, conferenceData: ours(conferenceId) });
    world.history.add(world.scheduler.now, 'ADDON', `announces ${conferenceId}`);
    void world.processes.command('addon', (services) =>
      announceConference(services, calendarKeyOf(user), id, conferenceId),
    );
    if (isFirst && this.#random.happens(0.8)) {
      world.scheduler.after(this.#random.between(10, 5_000), 'late event', () =>
        insert(world, user, { ...body, id, conferenceData: ours(conferenceId) }),
      );
    }
  }

  #changeEvent(user: string, event: JsonObject): void {
    const world = this.#world;
    const random = this.#random;
    const id = textAt(event, 'id') ?? '';
    const isCancelled = event.status === 'cancelled';
    if (isCancelled) {
      patch(world, user, id, { status: 'confirmed' });
      return;
    }
    const name = random.pick(this.#changes) ?? 'title';
    changeEvent(name, {
      world,
      random,
      user,
      event,
      eventId: id,
      someConference: () => this.#someConference(),
      newConference: () => this.#newConference(),
      guests: () => this.#guests(user),
      word: () => this.#word(),
    });
  }

  /** `among`: so many of its first occurrences may be the one that changes. */
  #changeSeries(user: string, event: JsonObject, among: number): void {
    const world = this.#world;
    const id = textAt(event, 'id') ?? '';
    const occurrence = this.#random.pick(occurrencesOf(world, user, id).slice(0, among));
    if (occurrence === undefined || event.status === 'cancelled') return;
    const occurrenceId = textAt(occurrence, 'id') ?? '';
    const originalStart = textAt(objectAt(occurrence, 'originalStartTime'), 'dateTime') ?? '';
    switch (this.#random.between(1, 8)) {
      case 1:
        remove(world, user, occurrenceId);
        return;
      case 2:
        patch(world, user, occurrenceId, { summary: this.#word() });
        return;
      case 3:
        patch(world, user, occurrenceId, at(this.#random.between(1, 200)));
        return;
      case 4:
        this.#tried(user, `cuts ${id.slice(0, 8)} at ${originalStart}`, () =>
          world.calendar.cut(user, id, originalStart),
        );
        return;
      case 5:
        this.#tried(user, `splits ${id.slice(0, 8)} at ${originalStart}`, () =>
          world.calendar.split(user, id, originalStart, { summary: this.#word() }),
        );
        return;
      case 6:
        this.#tried(user, `splits ${id.slice(0, 8)} at ${originalStart} and moves the rest`, () =>
          world.calendar.split(user, id, originalStart, at(this.#random.between(1, 200))),
        );
        return;
      case 7: {
        const data = [null, theirs(), ours(this.#newConference())][this.#random.between(0, 2)];
        patch(world, user, occurrenceId, { conferenceData: data });
        return;
      }
      default:
        patch(world, user, occurrenceId, { status: 'confirmed' });
        return;
    }
  }

  #actAsGuest(user: string): void {
    const world = this.#world;
    const copy = this.#random.pick(
      this.#eventsOf(user, (body) => !isOrganizers(body, user) && body.status !== 'cancelled'),
    );
    const id = textAt(copy, 'id');
    if (id === undefined) return;
    const roll = this.#random.next();
    if (roll < 0.4) {
      remove(world, user, id);
      return;
    }
    if (roll < 0.7) {
      const attendees = [{ email: user, responseStatus: this.#random.happens(0.5) ? 'accepted' : 'declined' }];
      patch(world, user, id, { attendees });
      return;
    }
    patch(world, user, id, { summary: this.#word(), conferenceData: null });
    return;
  }

  #tried(user: string, what: string, act: () => unknown): void {
    try {
      act();
      done(this.#world, user, what);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      done(this.#world, user, `${what} (refused)`);
    }
  }

  #eventsOf(user: string, isWanted: (body: JsonObject) => boolean): readonly JsonObject[] {
    return this.#world.calendar
      .events(user)
      .filter((body) => body.recurringEventId === undefined && objectAt(body, 'start') !== undefined && isWanted(body));
  }

  #guests(user: string): JsonObject[] {
    return [...this.#world.registered, STRANGER]
      .filter((other) => this.#random.happens(other === user ? 0.3 : 0.5))
      .map((email) => ({ email }));
  }

  /** Mostly a new one; at times one that is used already. */
  #someConference(): string {
    const known = this.#world.truth.conferenceIds();
    return this.#random.happens(this.#reuse)
      ? (this.#random.pick(known) ?? this.#newConference())
      : this.#newConference();
  }

  #newConference(): string {
    return `conf-${++this.#conferences}`;
  }

  #word(): string {
    return `word ${this.#random.between(1, 1_000)}`;
  }
}
