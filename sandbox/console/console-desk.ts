/**
 * What the console knows at this moment, and the news it sends to open pages: happenings come in, calendars are read again,
 * both systems are compared, and what became different goes out. Only differences are sent.
 */
import { askCalendar } from './ask-calendar.ts';
import { type BoardRow, makeBoard } from './board.ts';
import { CalendarMirror } from './calendar-mirror.ts';
import { type CalendarView, readCalendars, unregistered } from './calendar-views.ts';
import { ChangeLog } from './change-log.ts';
import type { ChangeRow } from './change-row.ts';
import type { ConsoleWorld, DeadLetterView, FailureView, Happening, ReceiverView } from './console-world.ts';
import { EventStream } from './event-stream.ts';
import { type FaultView, viewFaults } from './fault-switches.ts';
import { KeyNames } from './key-names.ts';

/** Happenings of one moment are shown together. */
const FLUSH_MS = 15;
/** So many changes at one look are an import, not a person's edits. */
const EDITS_MAX = 50;
/** As far back as the service reads a calendar that is new to it. */
const HORIZON_MS = 86_400_000;
/** The slow questions are asked at every so many ticks. */
const SLOW_TICKS = 10;

/** Everything that a page needs when it opens; the stream goes on from `lastId`. */
export interface ConsoleState {
  readonly lastId: number;
  readonly solutionNames: readonly string[];
  readonly calendars: readonly CalendarView[];
  readonly board: readonly BoardRow[];
  readonly changes: readonly ChangeRow[];
  readonly faults: readonly FaultView[];
  readonly trouble: Trouble;
  readonly receiver: ReceiverView;
}

/** What waits for a person. */
export interface Trouble {
  readonly deadLetters: readonly DeadLetterView[];
  readonly failures: readonly FailureView[];
}

/** See the head of this file. */
export class ConsoleDesk {
  readonly stream: EventStream;
  readonly #world: ConsoleWorld;
  readonly #solutionNames: readonly string[];
  readonly #names = new KeyNames();
  readonly #changes = new ChangeLog(this.#names);
  readonly #mirrors = new Map<string, CalendarMirror>();
  readonly #stale = new Map<string, number>();
  readonly #sent = new Map<string, string>();
  readonly #unsubscribe: () => void;
  readonly #ticker: NodeJS.Timeout;
  #conferences = new Map<string, ReturnType<ConsoleWorld['conferences']['list']>[number]>();
  #board: ReadonlyMap<string, BoardRow> = new Map();
  #calendars: readonly CalendarView[] = [];
  #trouble: Trouble = { deadLetters: [], failures: [] };
  #flush: NodeJS.Timeout | undefined;
  #ticks = 0;
  #asking: Promise<void> | undefined;
  #askAgain = false;

  /** Begins to listen and reads every calendar that exists. */
  constructor(world: ConsoleWorld, solutionNames: readonly string[], tickMs: number) {
    this.#world = world;
    this.#solutionNames = solutionNames;
    this.stream = new EventStream(world.now());
    for (const calendarId of world.calendar.calendarIds()) this.#mirror(calendarId, false).refresh();
    this.#lookAtAll();
    this.#unsubscribe = world.subscribe((happening) => this.#take(happening));
    this.#ticker = setInterval(() => this.#tick(), tickMs).unref();
  }

  /** The present state, freshly read. */
  async state(): Promise<ConsoleState> {
    await this.refresh();
    return {
      lastId: this.stream.lastId,
      solutionNames: this.#solutionNames,
      calendars: this.#calendars,
      board: [...this.#board.values()],
      changes: this.#changes.rows(),
      faults: viewFaults(this.#world),
      trouble: this.#trouble,
      receiver: this.#world.receiver(),
    };
  }

  /** Asks for everything anew and sends what became different. */
  async refresh(): Promise<void> {
    this.#lookAtAll();
    await this.#askService();
    this.#publish();
  }

  /** A page has written to a calendar at this time; guests' calendars may have changed with it. */
  noteWrite(at: number): void {
    this.#markAll(at);
    this.#flushSoon();
  }

  /** Forgets what was; pages load the state anew. */
  async restart(): Promise<void> {
    this.#mirrors.clear();
    this.#stale.clear();
    for (const calendarId of this.#world.calendar.calendarIds()) this.#mirror(calendarId, false).refresh();
    this.#changes.clear();
    this.#sent.clear();
    await this.refresh();
    this.stream.send('reload', {});
  }

  /** Ends timers, streams and the subscription. */
  close(): void {
    this.#unsubscribe();
    clearInterval(this.#ticker);
    clearTimeout(this.#flush);
    this.stream.close();
  }

  #take(happening: Happening): void {
    const changed = calendarOf(happening);
    const calendarId = changed?.id ?? (changed?.key === undefined ? undefined : this.#names.calendarOf(changed.key));
    if (calendarId !== undefined && !this.#stale.has(calendarId)) this.#stale.set(calendarId, happening.at);
    if (happening.kind === 'conference') {
      this.#names.learnConference(happening.conference.id);
      this.#conferences.set(happening.conference.id, happening.conference);
    }
    if (happening.kind === 'delivery') {
      this.#names.learnConference(happening.conferenceId);
      this.#lookAtConferences();
    }
    // What was edited before must have its row before the log speaks of it. A calendar that is just now writing is read later.
    if (happening.kind === 'log' || happening.kind === 'queue') this.#lookAtStale();
    this.#changes.take(happening);
    if (happening.kind === 'notice' || (happening.kind === 'log' && concernsService(happening)))
      void this.#askService();
    this.#flushSoon();
  }

  #flushSoon(): void {
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      this.#lookAtStale();
      this.#publish();
    }, FLUSH_MS);
  }

  #markAll(at: number): void {
    for (const calendarId of this.#world.calendar.calendarIds()) {
      if (!this.#stale.has(calendarId)) this.#stale.set(calendarId, at);
    }
  }

  #tick(): void {
    this.#ticks += 1;
    if (!this.stream.hasClients) return;
    this.#lookAtAll();
    this.#publish();
    if (this.#ticks % SLOW_TICKS !== 0) return;
    this.stream.ping();
    void this.#askService();
  }

  #lookAtAll(): void {
    this.#markAll(this.#world.now());
    this.#lookAtStale();
    this.#lookAtConferences();
  }

  #lookAtConferences(): void {
    this.#conferences = new Map(this.#world.conferences.list().map((conference) => [conference.id, conference]));
    for (const conferenceId of this.#conferences.keys()) this.#names.learnConference(conferenceId);
  }

  #lookAtStale(): void {
    for (const [calendarId, at] of this.#stale) {
      this.#stale.delete(calendarId);
      const changes = this.#mirror(calendarId, true).refresh();
      if (changes.length > 0) this.stream.send('events', { calendarId });
      for (const { after } of changes) if (after.conferenceId !== null) this.#names.learnConference(after.conferenceId);
      if (changes.length > EDITS_MAX) continue;
      const isFollowed = this.#isFollowed(calendarId);
      for (const change of changes) this.#changes.open(at, calendarId, change, isFollowed);
    }
  }

  #mirror(calendarId: string, isNew: boolean): CalendarMirror {
    const known = this.#mirrors.get(calendarId);
    if (known !== undefined) return known;
    this.#names.learnCalendar(calendarId);
    const mirror = new CalendarMirror(calendarId, (call) => askCalendar(this.#world.calendar, call), isNew);
    this.#mirrors.set(calendarId, mirror);
    return mirror;
  }

  #isFollowed(calendarId: string): boolean {
    return this.#calendars.some((calendar) => calendar.calendarId === calendarId && calendar.status !== null);
  }

  /** One question at a time; what is asked meanwhile is asked once more afterwards. */
  #askService(): Promise<void> {
    if (this.#asking !== undefined) {
      this.#askAgain = true;
      return this.#asking;
    }
    this.#asking = this.#readService().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #readService(): Promise<void> {
    do {
      this.#askAgain = false;
      const ids = this.#world.calendar.calendarIds();
      const [calendars, deadLetters, failures] = await Promise.all([
        readCalendars(this.#world.manageOrigin, ids, (calendarId) => this.#world.deliveries.toldOf(calendarId)),
        this.#world.deadLetters.list().catch(() => this.#trouble.deadLetters),
        this.#world.failures.list().catch(() => this.#trouble.failures),
      ]);
      this.#calendars = calendars ?? (this.#calendars.length > 0 ? this.#calendars : ids.map(unregistered));
      for (const { calendarId } of this.#calendars) this.#names.learnCalendar(calendarId);
      this.#trouble = { deadLetters, failures };
    } while (this.#askAgain);
    this.#publish();
  }

  #publish(): void {
    const now = this.#world.now();
    this.#changes.expire(now);
    const before = this.#board;
    this.#board = makeBoard({
      calendars: [...this.#mirrors.values()].filter(({ calendarId }) => this.#isFollowed(calendarId)),
      conferences: this.#conferences,
      answers: this.#world.receiver().isSeen ? null : this.#world.deliveries.lastOfEach(),
      solutionNames: this.#solutionNames,
      wayOf: (conferenceId) => this.#changes.wayOf(conferenceId, now),
      horizon: now - HORIZON_MS,
    });
    this.#changes.settle((conferenceId) => {
      const state = this.#board.get(conferenceId)?.state;
      return state === undefined || state === 'in-step' || state === 'answered' || state === 'ended';
    });
    const rows = [...this.#board.values()].filter((row) => this.#isNews(`board ${row.conferenceId}`, row));
    const gone = [...before.keys()].filter((conferenceId) => !this.#board.has(conferenceId));
    for (const conferenceId of gone) this.#sent.delete(`board ${conferenceId}`);
    if (rows.length > 0 || gone.length > 0) this.stream.send('board', { rows, gone });
    const changes = this.#changes.takeTouched();
    if (changes.length > 0) this.stream.send('changes', changes);
    this.#sendNews('calendars', this.#calendars);
    this.#sendNews('faults', viewFaults(this.#world));
    this.#sendNews('trouble', this.#trouble);
    this.#sendNews('receiver', this.#world.receiver());
  }

  #sendNews(type: string, data: unknown): void {
    if (this.#isNews(type, data)) this.stream.send(type, data);
  }

  #isNews(name: string, data: unknown): boolean {
    const text = JSON.stringify(data);
    if (this.#sent.get(name) === text) return false;
    this.#sent.set(name, text);
    return true;
  }
}

/** The calendar in which something changed: told outright, or by a notification that has come. */
function calendarOf(happening: Happening): { readonly id?: string; readonly key?: string } | undefined {
  if (happening.kind === 'calendar') return { id: happening.calendarId };
  if (happening.kind !== 'log' || happening.line.line !== 'notification') return undefined;
  return happening.line.calendar === undefined ? undefined : { key: happening.line.calendar };
}

/** Lines after which the manage API, the dead letters or the failed bindings may say something new. */
function concernsService({ line }: Extract<Happening, { kind: 'log' }>): boolean {
  switch (line.line) {
    case 'manage':
      // Its own questions are logged too.
      return !['list', 'get', 'connections-list', 'connection-get'].includes(line.action);
    case 'delivery':
      return line.outcome !== 'transient';
    case 'sync':
    case 'calendar-status':
    case 'connection':
    case 'token-rejected':
    case 'channel':
    case 'dead-letter':
      return true;
    default:
      return false;
  }
}
