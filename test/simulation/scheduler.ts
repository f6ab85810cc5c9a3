/**
 * Virtual time, and the one place where it is decided which pending call goes on next. The use cases await nothing but port calls, so
 * a world in which every port call waits here runs in exactly one order, chosen from outside. A crash is a call that never returns.
 */
import { nextTick } from 'node:process';
import type { History } from './history.ts';

/** One run of a use case in a process of its own. */
export interface Worker {
  readonly name: string;
  /** How far its clock is from the world's, in milliseconds. */
  readonly skewMs: number;
  isCrashed: boolean;
  isStopping: boolean;
  /** Ids drawn so far: a worker's ids do not depend on what others do. */
  ids: number;
  /** What it has been told so far, which is all that its next step depends on; kept only where a run asks for it. */
  told: string;
  readonly onCrash: () => void;
}

/** What becomes of one call; a fault strikes before its effect or after. */
export type Fate =
  | { readonly kind: 'done' }
  | { readonly kind: 'crash'; readonly isAfter: boolean }
  /** `lateMs`: the caller waits so long for an answer before he goes on without it. */
  | { readonly kind: 'fail'; readonly isAfter: boolean; readonly error: Error; readonly lateMs?: number };

/** Who decides about calls. */
export interface Fates {
  /** How long until the call has its effect, in milliseconds. */
  delayOf(worker: Worker, name: string): number;
  fateOf(worker: Worker, name: string): Fate;
}

/** A call or a timer that waits for its turn. */
export interface Waiting {
  readonly id: number;
  /** Null for a timer of the world. */
  readonly worker: Worker | null;
  readonly name: string;
  readonly at: number;
  readonly run: () => void;
}

/** See the file's head. */
export class Scheduler {
  readonly history: History;
  fates: Fates;
  now: number;
  /** Steps so far; a run that takes too many does not end by itself. */
  steps = 0;
  /** Whether workers keep what they are told, for those who compare states. */
  keepsTold = false;
  readonly #waiting: Waiting[] = [];
  #ids = 0;

  constructor(now: number, history: History, fates: Fates) {
    this.now = now;
    this.history = history;
    this.fates = fates;
  }

  /** All that waits, in the order in which it was asked for. */
  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  /** A call of a worker: its effect happens, and its promise resolves, when it is this call's turn. `describe` is for the history. */
  call<Result>(
    worker: Worker,
    name: string,
    effect: () => Result | Promise<Result>,
    describe: (result: Result) => string = () => '',
    delayMs?: number,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (worker.isCrashed) return;
      const run = async (): Promise<void> => {
        const fate = this.fates.fateOf(worker, name);
        if (fate.kind === 'crash' && !fate.isAfter) {
          this.crash(worker, name, 'before');
          return;
        }
        try {
          if (fate.kind === 'fail' && !fate.isAfter) throw fate.error;
          const result = await effect();
          if (worker.isCrashed) return;
          if (fate.kind === 'crash') {
            this.crash(worker, name, 'after');
            return;
          }
          if (fate.kind === 'fail') {
            if (fate.lateMs !== undefined) await this.#wait(worker, name, fate.lateMs);
            throw fate.error;
          }
          this.#tell(worker, name, describe(result), result);
          resolve(result);
        } catch (error) {
          if (worker.isCrashed) return;
          const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
          this.#tell(worker, name, said, said);
          reject(error);
        }
      };
      this.#add(worker, name, delayMs ?? this.fates.delayOf(worker, name), () => void run());
    });
  }

  /** Something of the world's own that happens later. */
  after(ms: number, name: string, run: () => void): Waiting {
    return this.#add(null, name, ms, run);
  }

  /** Resolves after so long. */
  wait(ms: number, name: string): Promise<void> {
    return new Promise((resolve) => this.after(ms, name, resolve));
  }

  cancel(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** Ends a worker where it stands: none of its calls returns any more, and nothing of it tidies up. */
  crash(worker: Worker, name: string, when: 'before' | 'after'): void {
    if (worker.isCrashed) return;
    worker.isCrashed = true;
    for (const call of this.#waiting.filter((waiting) => waiting.worker === worker)) this.cancel(call);
    this.history.add(this.now, worker.name, `CRASHED ${when} ${name}`);
    worker.onCrash();
  }

  /** The next in time; undefined where nothing waits. */
  earliest(): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (first === undefined || waiting.at < first.at) first = waiting;
    }
    return first;
  }

  /** Lets one call go on, then everybody run as far as he can without another. */
  async step(waiting: Waiting): Promise<void> {
    this.cancel(waiting);
    this.steps++;
    this.now = Math.max(this.now, waiting.at);
    waiting.run();
    await this.drain();
  }

  /** Lets everybody run until all wait for a call. */
  drain(): Promise<void> {
    // Promises go on before the next round of the event loop, however long their chain is.
    return new Promise((resolve) => nextTick(resolve));
  }

  /** Resolves then; never, for a worker that has crashed meanwhile. */
  #wait(worker: Worker, name: string, ms: number): Promise<void> {
    return new Promise((resolve) => this.#add(worker, `${name} waits`, ms, resolve));
  }

  #tell(worker: Worker, name: string, said: string, result: unknown): void {
    this.history.add(this.now, worker.name, said === '' ? name : `${name} -> ${said}`);
    if (this.keepsTold) worker.told += `|${name}:${shown(result)}`;
  }

  #add(worker: Worker | null, name: string, delayMs: number, run: () => void): Waiting {
    const waiting: Waiting = { id: ++this.#ids, worker, name, at: this.now + Math.max(0, delayMs), run };
    this.#waiting.push(waiting);
    return waiting;
  }
}

function shown(result: unknown): string {
  return result === undefined ? '' : JSON.stringify(result, (_, value) => (value instanceof Map ? [...value] : value));
}
