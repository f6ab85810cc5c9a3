/** What the judges hear while a world runs, and the first thing that any of them has found wrong. */
import type { CalendarNotice, ConferenceChange } from '../../shared/domain/delivery/change.ts';
import { QueueUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts';
import type { Expiring } from './forgetting.ts';
import { judgeAnnounced } from './judge-announced.ts';
import { ChannelJudge } from './judge-channels.ts';
import { judgeCommit } from './judge-commits.ts';
import { ContentJudge } from './judge-content.ts';
import { ForgettingJudge } from './judge-forgetting.ts';
import { judgeMoves } from './judge-moves.ts';
import { NoticeJudge } from './judge-notices.ts';
import { SendingJudge } from './judge-sending.ts';
import type { Worker } from './scheduler.ts';
import type { Commit } from './shadow.ts';
import type { World } from './world.ts';

/** The clocks of the database and of the workers differ by so much in any world, and what a listing covers has a margin. */
const SKEW_MIN_MS = 1_000;

/** See the file's head. */
export class Judges {
  readonly notices: NoticeJudge;
  readonly contents = new ContentJudge();
  readonly channels = new ChannelJudge();
  readonly forgetting = new ForgettingJudge();
  /** The first thing that went wrong. */
  violation: string | undefined;
  readonly #world: World;
  readonly #sending: SendingJudge;

  constructor(world: World) {
    const { truth, witness, shadow, absences } = world;
    this.#world = world;
    this.notices = new NoticeJudge(shadow);
    this.#sending = new SendingJudge(truth, witness, shadow, absences);
  }

  /** Notes what went wrong, if nothing has before. */
  violate(what: string): void {
    if (this.violation !== undefined) return;
    this.violation = what;
    const { history, scheduler } = this.#world;
    history.add(scheduler.now, 'JUDGE', what);
  }

  /** Trouble of the database and of the queue is simulated; all else is a bug. */
  judgeError(error: unknown): void {
    if (error instanceof StoreUnavailable || error instanceof QueueUnavailable) return;
    this.violate(`a bug: ${error instanceof Error ? error.stack : String(error)}`);
  }

  /** A transaction of this worker has been committed. */
  committed(worker: Worker, commit: Commit): void {
    const { absences, shadow, truth, scheduler, processes } = this.#world;
    absences.note(commit, shadow, scheduler.now);
    this.contents.note(commit);
    const said =
      this.notices.judgeCommit(commit) ??
      this.channels.judgeCommit(commit, shadow) ??
      judgeAnnounced(commit, shadow, scheduler.now + SKEW_MIN_MS + processes.skewMs) ??
      this.forgetting.judgeCommit(commit, scheduler.now) ??
      judgeMoves(commit, shadow, truth, scheduler.now, SKEW_MIN_MS + 2 * processes.skewMs) ??
      judgeCommit(worker, commit, shadow, (lease) => processes.owners.get(lease));
    if (said !== undefined) this.violate(said);
  }

  /** The database has forgotten a document. */
  forgotten(record: Expiring): void {
    const { shadow, scheduler } = this.#world;
    const said = this.forgetting.forgotten(record, scheduler.now);
    shadow.forget(record);
    if (!('eventId' in record)) this.contents.forget(record.conferenceId);
    if (said !== undefined) this.violate(said);
  }

  /** A change leaves for the conference system. */
  sending(worker: Worker, change: ConferenceChange): void {
    const { witness, scheduler, processes, policy } = this.#world;
    this.#world.sent.push(change);
    if (change.type === 'conference.updated') witness.told(worker, change.data.eventId, change.data.event);
    // Two workers with clocks of their own measure a length of time.
    const skewMs = 2 * processes.skewMs;
    const said =
      this.contents.judge(change) ??
      this.#sending.sending(worker, change, scheduler.now, skewMs) ??
      this.#sending.judge(change, scheduler.now, policy.cancelGraceMs, skewMs);
    if (said !== undefined) this.violate(said);
  }

  /** The worker knows what came of the change, or has given up waiting. */
  answered(worker: Worker, change: ConferenceChange): void {
    this.#sending.answered(worker, change);
  }

  /** The conference system has taken a change. */
  taken(change: ConferenceChange): void {
    const said = this.contents.taken(change);
    if (said !== undefined) this.violate(said);
  }

  /** A notice of a calendar leaves for the conference system. */
  telling(notice: CalendarNotice): void {
    const said = this.notices.judge(notice);
    if (said !== undefined) this.violate(said);
  }
}
