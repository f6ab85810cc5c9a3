/** Every process of a world: workers, receivers and scheduled runs, and the commands of people, each with a clock of its own. */
import type { WorkerServices } from '../../functions/sync-calendar.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import { UnknownCalendar } from '../../shared/domain/errors.ts';
import type { Worker } from './scheduler.ts';
import { workerServices } from './worker-services.ts';
import type { World } from './world.ts';

const SKEW_MAX_MS = 3_000;
const JUMP_MAX_MS = 150_000;
const COMMAND_ATTEMPTS_MAX = 20;

/** See the file's head. */
export class Processes {
  /** How many are at work. */
  running = 0;
  /** How many people's commands have not come through yet. */
  commands = 0;
  /** How far the clock of any has been from the world's, in milliseconds. */
  skewMs = 0;
  /** Who has drawn an id. */
  readonly owners = new Map<string, Worker>();
  readonly #world: World;
  /** Of each process: workers of one process share what they know of the conference system. */
  readonly #breakers = [new Breaker(), new Breaker()];
  #workers = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Runs a use case in a process of its own; `crashed` if it never came to its end. */
  start<Result>(kind: string, task: (services: WorkerServices) => Promise<Result>): Promise<Result | 'crashed'> {
    const { random, scheduler, history } = this.#world;
    const process = random.between(0, this.#breakers.length - 1);
    return new Promise((resolve, reject) => {
      this.running++;
      const worker: Worker = {
        name: `${kind}${++this.#workers}`,
        skewMs: this.#drawSkew(),
        isCrashed: false,
        isStopping: false,
        ids: 0,
        told: '',
        onCrash: () => {
          this.running--;
          this.#breakers[process] = new Breaker();
          resolve('crashed');
        },
      };
      const services = workerServices(this.#world, worker, this.#breakers[process] ?? new Breaker());
      void scheduler
        .call(worker, 'begins', () => undefined)
        .then(() => task(services))
        .finally(() => {
          this.running--;
          history.add(scheduler.now, worker.name, 'ended');
        })
        .then(resolve, reject);
    });
  }

  /** Runs a person's command until it has come through, as a person would. */
  async command(kind: 'operator' | 'addon', task: (services: WorkerServices) => Promise<unknown>): Promise<void> {
    const { judges, scheduler } = this.#world;
    this.commands++;
    for (let attempt = 1; attempt <= COMMAND_ATTEMPTS_MAX; attempt++) {
      try {
        if ((await this.start(kind, task)) !== 'crashed') break;
      } catch (error) {
        // He is told so: the calendar was removed, at times by an attempt of his own.
        if (error instanceof UnknownCalendar) break;
        judges.judgeError(error);
      }
      await scheduler.wait(1_000, 'command again');
    }
    this.commands--;
  }

  #drawSkew(): number {
    const { fates, random } = this.#world;
    const usualMs = fates.rates.skew === undefined ? 0 : SKEW_MAX_MS;
    const maxMs = fates.strikes('clockJump') ? JUMP_MAX_MS : usualMs;
    const skewMs = random.between(-maxMs, maxMs);
    this.skewMs = Math.max(this.skewMs, Math.abs(skewMs));
    return skewMs;
  }
}
