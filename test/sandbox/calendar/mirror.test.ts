import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isObject, type JsonObject, objectsAt, textAt } from '../../../sandbox/calendar/wire/json.ts';
import { ALICE, BOB, buildWorld, dailySeries, eventPath, eventsPath, meeting, type World } from './world.ts';

const CALENDARS = [ALICE, BOB, 'carol@example.com'];

/** What a person does next; numbers choose among what there is. */
const step = fc.record({
  kind: fc.constantFrom(
    'insert',
    'series',
    'patch',
    'delete',
    'occurrence',
    'cancel',
    'split',
    'move',
    'invite',
    'restore',
    'decline',
    'sync',
    'page',
  ),
  calendar: fc.nat({ max: 2 }),
  pick: fc.nat({ max: 1000 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A follower who knows a calendar only by its listings. */
class Mirror {
  readonly known = new Map<string, JsonObject>();
  #syncToken: string | undefined;
  #pageToken: string | undefined;
  readonly #world: World;
  readonly #calendar: string;

  constructor(world: World, calendar: string) {
    this.#world = world;
    this.#calendar = calendar;
  }

  /** Reads one page; says whether it was the last. */
  page(): boolean {
    const query = {
      maxResults: '2',
      showDeleted: 'true',
      ...(this.#syncToken === undefined ? {} : { syncToken: this.#syncToken }),
      ...(this.#pageToken === undefined ? {} : { pageToken: this.#pageToken }),
    };
    const { status, body } = this.#world.list(this.#calendar, query);
    expect(status).toBe(200);
    for (const item of objectsAt(body, 'items')) this.known.set(String(item.id), item);
    this.#pageToken = textAt(body, 'nextPageToken');
    if (this.#pageToken !== undefined) return false;
    this.#syncToken = textAt(body, 'nextSyncToken');
    expect(this.#syncToken).toBeDefined();
    return true;
  }

  catchUp(): void {
    this.page();
    // The listing that was under way may lie behind; the next one does not.
    for (let finished = 0; finished < 2; ) if (this.page()) finished += 1;
  }
}

function live(items: Iterable<JsonObject>): Record<string, JsonObject> {
  return Object.fromEntries(
    [...items].filter(({ status }) => status !== 'cancelled').map((item) => [String(item.id), item]),
  );
}

function perform(world: World, { kind, calendar: index, pick }: Step): void {
  const calendar = CALENDARS[index] ?? ALICE;
  const events = world.calendar.events(calendar);
  const event = events[pick % Math.max(1, events.length)];
  const target = event === undefined ? undefined : eventPath(calendar, event.id);
  const patch = (body: JsonObject) => target !== undefined && world.call('PATCH', target, { body });
  switch (kind) {
    case 'insert':
      world.insert(calendar, { attendees: [{ email: CALENDARS[pick % 3] }] });
      break;
    case 'series':
      world.insert(calendar, { ...dailySeries(), attendees: [{ email: CALENDARS[pick % 3] }] });
      break;
    case 'patch':
      patch({ summary: `Talk ${pick}` });
      break;
    case 'invite':
      patch({ attendees: CALENDARS.slice(pick % 3).map((email) => ({ email })) });
      break;
    case 'restore':
      patch({ status: 'confirmed' });
      break;
    case 'decline':
      patch({ attendees: [{ email: calendar, responseStatus: 'declined' }] });
      break;
    case 'delete':
      if (target !== undefined) world.call('DELETE', target);
      break;
    case 'occurrence':
    case 'cancel': {
      const path = eventPath(calendar, `${String(event?.id)}_2027020${1 + (pick % 9)}T090000Z`);
      world.call(
        kind === 'cancel' ? 'DELETE' : 'PATCH',
        path,
        kind === 'cancel' ? {} : { body: { summary: `One ${pick}` } },
      );
      break;
    }
    case 'split':
      try {
        world.calendar.split(calendar, String(event?.id), `2027-02-0${1 + (pick % 9)}T10:00:00+01:00`, {
          summary: `Split ${pick}`,
        });
      } catch (error) {
        // Not everything can be split; that is refused like any other request.
        expect(isObject(Object(error)) && Object(error).name).toBe('ApiError');
      }
      break;
    case 'move':
      if (target !== undefined) world.call('POST', `${target}/move`, { query: { destination: CALENDARS[pick % 3] } });
      break;
    case 'sync':
    case 'page':
      break;
  }
  world.advance(pick % 3);
}

describe('a follower who knows a calendar only by its listings', () => {
  test('ends up knowing it exactly, whatever people do and whenever he looks', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = buildWorld();
        for (const id of CALENDARS) world.calendar.addCalendar(id);
        const mirrors = CALENDARS.map((id) => new Mirror(world, id));
        for (const next of steps) {
          perform(world, next);
          if (next.kind === 'page') mirrors[next.calendar]?.page();
          if (next.kind === 'sync') mirrors[next.calendar]?.catchUp();
        }
        for (const [index, mirror] of mirrors.entries()) {
          mirror.catchUp();
          expect(live(mirror.known.values())).toEqual(live(world.calendar.events(CALENDARS[index] ?? '')));
        }
      }),
      { numRuns: 80 },
    );
  });

  test('is told by a notification of every change that he could see', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const world = buildWorld();
        for (const id of CALENDARS) {
          world.calendar.addCalendar(id);
          const body = { id: id.replace(/@.*/, ''), type: 'web_hook', address: 'https://x.example/' };
          world.call('POST', `${eventsPath(id)}/watch`, { body });
        }
        for (const next of steps) {
          const tokens = CALENDARS.map((id) => world.token(id));
          world.notifications.length = 0;
          perform(world, next);
          const told = new Set(world.notifications.map(({ channelId }) => channelId));
          for (const [index, id] of CALENDARS.entries()) {
            const hasChanged = world.changes(id, tokens[index] ?? '').length > 0;
            expect(told.has(id.replace(/@.*/, ''))).toBe(hasChanged);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('one seed', () => {
  test('gives one history', () => {
    const run = () => {
      const world = buildWorld();
      for (const id of CALENDARS) world.calendar.addCalendar(id);
      const kinds = ['insert', 'series', 'occurrence', 'split', 'move', 'patch', 'delete'] as const;
      for (let index = 0; index < 60; index += 1) {
        perform(world, { kind: kinds[index % kinds.length] ?? 'insert', calendar: index % 3, pick: index * 7 });
      }
      return CALENDARS.map((id) => world.calendar.events(id));
    };
    expect(run()).toEqual(run());
  });
});

describe('a large calendar', () => {
  test('costs an incremental listing no more than what changed, and a page no more than itself', () => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE);
    const items = Array.from({ length: 100_000 }, (_, index) => ({
      ...meeting(),
      id: `event${index}`,
      status: 'confirmed',
    }));
    world.calendar.load(ALICE, items);
    let pageToken: string | undefined;
    let seen = 0;
    const startedAt = performance.now();
    let syncToken = '';
    do {
      const page = world.list(ALICE, { maxResults: '250', ...(pageToken === undefined ? {} : { pageToken }) });
      seen += objectsAt(page.body, 'items').length;
      pageToken = textAt(page.body, 'nextPageToken');
      syncToken = textAt(page.body, 'nextSyncToken') ?? '';
    } while (pageToken !== undefined);
    for (let count = 0; count < 1000; count += 1) {
      world.event(ALICE, `event${count}`, 'PATCH', { body: { summary: 'x' } });
      const { body } = world.list(ALICE, { syncToken });
      expect(objectsAt(body, 'items')).toHaveLength(1);
      syncToken = textAt(body, 'nextSyncToken') ?? '';
    }
    expect(seen).toBe(100_000);
    // A listing that walked the whole calendar each time would take a minute and more.
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
