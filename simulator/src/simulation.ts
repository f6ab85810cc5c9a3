/** The simulated Calendar with all that its tester decides about it: what is there, who asks, what time it is. A reset makes a new one. */
import { type PushSender, startPushSender } from '../../sandbox/calendar/push/push-sender.ts';
import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { seededRandom } from '../../sandbox/calendar/state/identifiers.ts';
import { isObject, type JsonObject, objectsAt, textAt } from '../../sandbox/calendar/wire/json.ts';
import { SimulatedOAuth } from '../../sandbox/oauth/simulated-oauth.ts';
import { Clock } from './clock.ts';
import { RequestLog } from './request-log.ts';
import { MalformedSeed, type Seed, type SeedCalendar } from './seed.ts';

/** What does not change while a simulation lives. */
export interface SimulationOptions {
  /** Whose calendar is there at the start, and who asks where a token is nobody's. */
  readonly user: string;
  /** What is there at the start and after a reset. */
  readonly seed: Seed;
  /** What else is put into the user's calendar at the start and after a reset, as recorded. */
  readonly imported: readonly unknown[];
  /** Where the clock stands still at the start, whatever the seed says. */
  readonly clock: string | undefined;
}

/** A calendar as somebody sees it. */
export interface SeenCalendar {
  readonly calendarId: string;
  readonly accessRole: string;
  /** What `events.list` shows him. */
  readonly events: readonly JsonObject[];
}

interface World {
  readonly calendar: SimulatedCalendar;
  readonly pushes: PushSender;
  readonly tokens: Map<string, string>;
}

/** See the file's head. */
export class Simulation {
  readonly clock = new Clock();
  readonly log = new RequestLog();
  /** Google's OAuth endpoints: who consents has a calendar here, and his access tokens are his. */
  readonly oauth: SimulatedOAuth;
  readonly #options: SimulationOptions;
  #world: World;

  /** @throws MalformedSeed, RangeError for a clock that cannot be */
  constructor(options: SimulationOptions) {
    this.#options = options;
    this.oauth = new SimulatedOAuth({
      clients: [],
      defaultUser: options.user,
      now: this.clock.now,
      onConsent: (user) => this.calendar.addCalendar(user),
    });
    this.#world = this.#begin();
  }

  /** The Calendar as it is now; a reset puts another in its place. */
  get calendar(): SimulatedCalendar {
    return this.#world.calendar;
  }

  /** Access tokens that have been given a user. */
  get tokens(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#world.tokens);
  }

  /** Whose the token is from now on. */
  giveToken(token: string, user: string): void {
    this.#world.tokens.set(token, user.toLowerCase());
    this.calendar.addCalendar(user.toLowerCase());
  }

  /** Forgets everything, channels included, and begins anew. */
  async reset(): Promise<void> {
    const { pushes } = this.#world;
    this.log.clear();
    this.#world = this.#begin();
    await pushes.close();
  }

  /**
   * Adds what the seed holds. Its `random` counts at the start only.
   * @throws MalformedSeed for an event that the Calendar refuses; what came before it stays
   */
  add(seed: Seed): void {
    if (seed.clock !== undefined) this.clock.freeze(seed.clock);
    for (const [token, user] of Object.entries(seed.tokens ?? {})) this.giveToken(token, user);
    for (const client of seed.clients ?? []) this.oauth.register(client);
    for (const calendar of seed.calendars ?? []) this.#addCalendar(calendar);
  }

  /** What the user would see, in each calendar that he has or in the one that is named. */
  viewOf(user: string, calendarId?: string): readonly SeenCalendar[] {
    const ids = calendarId === undefined ? this.calendar.calendarIds() : [calendarId];
    return ids.flatMap((id) => this.#see(user, id) ?? []);
  }

  async close(): Promise<void> {
    await this.#world.pushes.close();
  }

  #begin(): World {
    const { user, seed, imported, clock } = this.#options;
    const tokens = new Map<string, string>();
    const calendar = new SimulatedCalendar({
      now: this.clock.now,
      random: seededRandom(seed.random ?? 1),
      defaultUser: user,
      userOfToken: (token) =>
        tokens.get(token) ?? (this.oauth.grants.hasIssued(token) ? this.oauth.userOf(token) : user),
      scopesOfToken: (token) => (tokens.has(token) ? undefined : this.oauth.grants.accessOf(token)?.scopes),
    });
    calendar.addCalendar(user);
    this.#world = { calendar, pushes: startPushSender(calendar), tokens };
    this.oauth.reset();
    this.clock.reset();
    if (clock !== undefined) this.clock.freeze(clock);
    this.add(clock === undefined ? seed : { ...seed, clock });
    if (imported.length > 0) calendar.load(user, imported);
    return this.#world;
  }

  #addCalendar({ id, roles = {}, events = [], recorded = [], ...options }: SeedCalendar): void {
    this.calendar.addCalendar(id, options);
    for (const [user, role] of Object.entries(roles)) this.calendar.share(id, user, role);
    this.calendar.load(id, recorded);
    const path = `/calendar/v3/calendars/${encodeURIComponent(id)}/events`;
    for (const [at, body] of events.entries()) {
      const answer = this.calendar.answerFaultless({
        method: 'POST',
        path,
        query: { conferenceDataVersion: '1' },
        body,
      });
      if (answer.status === 200) continue;
      const error = isObject(answer.body) ? answer.body.error : undefined;
      throw new MalformedSeed(`event ${at} of ${id} is refused: ${isObject(error) ? error.message : answer.status}`);
    }
  }

  #see(user: string, calendarId: string): SeenCalendar | undefined {
    const path = `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events`;
    const headers = { authorization: `Bearer user:${user}` };
    const events: JsonObject[] = [];
    let pageToken: string | undefined;
    for (;;) {
      const { status, body } = this.calendar.answerFaultless({
        method: 'GET',
        path,
        query: { maxResults: '2500', pageToken },
        headers,
      });
      if (status !== 200 || !isObject(body)) return undefined;
      events.push(...objectsAt(body, 'items'));
      pageToken = textAt(body, 'nextPageToken');
      if (pageToken === undefined) return { calendarId, accessRole: textAt(body, 'accessRole') ?? 'none', events };
    }
  }
}
