/**
 * The stage of the plays of one room: an installation that works, Alice's calendar with one meeting in it, and an operator. A play breaks
 * something, types what its section says, and sees what the section says; its transcript has all of it.
 */
import { Breaker } from '../../../shared/domain/delivery/breaker.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import type { CalendarRecord } from '../../../shared/domain/state/records.ts';
import type { EmulatorHosts } from '../../emulators.ts';
import { type EmulatedWorld, eventually, openEmulatedWorld, type Ran } from '../emulated-world.ts';
import { soundFacts } from './cloud-facts.ts';
import { Operator } from './operator.ts';
import { commandsIn, commandsOf, type Part, textOf } from './section.ts';

export const ALICE = 'alice@example.com';
export const ALICES = calendarKeyOf(ALICE);
/** The event of the runbook's examples, and its conference. */
export const EVENT = '4q3k7tlm0v';
const CONFERENCE = 'c-1';

/** One play: it breaks what its section is about, and ends with all well again. */
export type Play = (stage: Stage) => Promise<void>;
/** The plays of a room, by the heading of their section. */
export type Plays = Readonly<Record<string, Play>>;

/** What was typed and seen. */
export interface Typed extends Ran {
  readonly line: string;
}

/** What stands in the place of a word of the runbook, such as the id of a letter. */
export type Instead = Readonly<Record<string, string>>;

/** See the file's head. */
export class Stage {
  readonly world: EmulatedWorld;
  readonly operator: Operator;
  #heading = '';
  #typed: string[] = [];
  #transcript: string[] = [];

  private constructor(world: EmulatedWorld, operator: Operator) {
    this.world = world;
    this.operator = operator;
  }

  /** Opens the world, registers Alice and waits until her meeting has its conference. */
  static async open(hosts: EmulatorHosts<'firestore' | 'pubsub'>): Promise<Stage> {
    // Nothing that fails is tried again before the operator says so.
    const world = await openEmulatedWorld(hosts, null, { DELIVERY_RETRY_SECONDS: '600' });
    const stage = new Stage(world, await Operator.arrive(world));
    await stage.registerAlice();
    world.request('POST', `/calendars/${ALICE}/events`, {
      id: EVENT,
      summary: 'Planning',
      start: { dateTime: '2030-01-21T09:00:00Z' },
      end: { dateTime: '2030-01-21T10:00:00Z' },
      conferenceData: {
        conferenceId: CONFERENCE,
        conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
        entryPoints: [{ entryPointType: 'video', uri: 'https://meet.example.com/x' }],
      },
    });
    await stage.arrives('Planning');
    return stage;
  }

  async close(): Promise<void> {
    this.operator.leave();
    await this.world.close();
  }

  /** Plays one section, and gives its transcript even where the play fails. */
  async play(heading: string, play: Play): Promise<{ transcript: string; failure: unknown }> {
    this.#heading = heading;
    this.#typed = [];
    this.#transcript = [`## ${heading}`];
    let failure: unknown = null;
    try {
      await this.untilAtRest();
      this.operator.linesBefore = this.world.lines.length;
      await play(this);
      const left = commandsIn(textOf(heading)).filter((line) => !this.#typed.includes(line));
      if (left.length > 0) throw new Error(`the play of "${heading}" leaves out: ${left.join('; ')}`);
    } catch (error) {
      failure = error;
      this.#transcript.push('', `The play ended here: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#restore();
    return { transcript: `${this.#transcript.join('\n')}\n`, failure };
  }

  /** What the play was given to break is well again, whatever became of it. */
  #restore(): void {
    const { world, operator } = this;
    world.calendar.faults.set([]);
    world.conferences.setBehaviour([]);
    world.health.worker = 'works';
    world.health.isReceiverShut = false;
    // New instances, which know of no failure.
    world.configure({ breaker: new Breaker() });
    operator.facts = soundFacts();
    operator.furtherRoles = [];
    operator.mayAct = false;
  }

  /** Says what happens outside of confsync, and does it. */
  async happens<Result>(what: string, act: () => Result | Promise<Result>): Promise<Result> {
    this.#transcript.push('', `*${what}*`);
    return act();
  }

  /** Types the commands of the Diagnosis, each as it stands but for the words in `instead`. */
  diagnose(instead: Instead = {}): Promise<readonly Typed[]> {
    return this.#all('Diagnosis', instead);
  }

  /** Types the commands of the Mitigation. */
  mitigate(instead: Instead = {}): Promise<readonly Typed[]> {
    return this.#all('Mitigation', instead);
  }

  async #all(part: Part, instead: Instead): Promise<readonly Typed[]> {
    this.#transcript.push('', `**${part}.**`);
    const typed: Typed[] = [];
    for (const line of commandsOf(this.#heading, part)) typed.push(await this.type(line, instead));
    return typed;
  }

  /** Types one line. What gcloud would do takes Google Cloud: test/ops/runbook/gcloud-lines.test.ts has gcloud judge those. */
  async type(line: string, instead: Instead = {}): Promise<Typed> {
    this.#typed.push(line);
    if (line.startsWith('gcloud ')) {
      this.#transcript.push('', '```console', `$ ${line}`, '(takes Google Cloud: not run here)', '```');
      return { line, code: 0, stdout: '', stderr: '' };
    }
    const words = line
      .split(/\s+/)
      .slice(1)
      .map((word) => instead[word] ?? word);
    const ran = await this.operator.type(words);
    const seen = `${ran.stderr}${ran.stdout}`.trimEnd();
    const exit = ran.code === 0 ? [] : [`(exit ${ran.code})`];
    this.#transcript.push('', '```console', `$ confsync ${words.join(' ')}`, seen, ...exit, '```');
    return { line, ...ran };
  }

  /** Renames Alice's meeting in her calendar. */
  rename(summary: string): void {
    this.world.request('PATCH', `/calendars/${ALICE}/events/${EVENT}`, { summary });
  }

  /** Renames it, and Google tells nobody. */
  renameUnnoticed(summary: string): void {
    this.world.calendar.faults.set([{ kind: 'dropNotification' }]);
    this.rename(summary);
    this.world.calendar.faults.set([]);
  }

  /** The title of the conference. */
  title(): string | null | undefined {
    return this.world.conferences.get(CONFERENCE)?.title;
  }

  /** Waits until the conference has this title. */
  async arrives(title: string): Promise<void> {
    await eventually(`"${title}" arrives`, () => this.title() === title);
  }

  /** Alice's calendar as it stands in the database. */
  async alice(): Promise<CalendarRecord> {
    const calendar = await this.world.services.store.calendar(ALICES);
    if (calendar === undefined) throw new Error('she is registered');
    return calendar;
  }

  /** Puts other values into Alice's record. */
  async change(changes: Partial<CalendarRecord>): Promise<void> {
    await this.world.services.store.transact(async (tx) => {
      const calendar = await tx.calendar(ALICES);
      if (calendar === undefined) throw new Error('she is registered');
      tx.putCalendar({ ...calendar, ...changes });
    });
  }

  /** Waits until nobody works on her calendar. */
  untilAtRest(): Promise<void> {
    return eventually('her calendar is at rest', async () => {
      const { lease, checkpoint, failure, wantedAt } = await this.alice();
      return !this.world.isWorking() && lease === null && checkpoint === null && failure === null && wantedAt === null;
    });
  }

  /** Registers her, with a channel. */
  async registerAlice(): Promise<void> {
    await eventually('she is registered', async () => {
      const { code } = await this.operator.type(['calendars', 'add', ALICE]);
      return code === 0;
    });
    await this.world.renew();
    await eventually('her calendar is listed', async () => (await this.alice()).syncToken !== null);
  }

  /** Waits for something, a minute at most. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    return eventually(what, holds);
  }

  /** Waits until a delivery fails, or none does, and that is on record. */
  untilFailing(isFailing: boolean): Promise<void> {
    return eventually(isFailing ? 'a delivery fails' : 'no delivery fails', async () => {
      const failing = await this.world.services.store.failingConferences({ after: null, limit: 1 });
      return isFailing ? failing.some(({ sending }) => sending === null) : failing.length === 0;
    });
  }

  /** How many dead letters were made so far. */
  letters(): number {
    return this.world.lines.filter(({ line }) => line === 'dead-letter').length;
  }

  /** How many lines of the log had this outcome. */
  countOf(outcome: string): number {
    return this.world.lines.filter((line) => 'outcome' in line && line.outcome === outcome).length;
  }

  /** Waits until the log has one more line of this outcome than before `act`. */
  async untilLogged(outcome: string, act: () => unknown): Promise<void> {
    const before = this.countOf(outcome);
    await act();
    await eventually(`a line "${outcome}" is logged`, () => this.countOf(outcome) > before);
  }

  /** Renames her meeting, and waits until the message that follows has met a worker that does not work. */
  async renameInVain(summary: string): Promise<void> {
    const before = this.world.unworked();
    await this.untilLogged('accepted', () => this.rename(summary));
    await eventually('the worker has met the message', () => this.world.unworked() > before);
  }
}

/** All that was seen on standard output. */
export function seen(typed: readonly Typed[]): string {
  return typed.map(({ stdout }) => stdout).join('\n');
}
