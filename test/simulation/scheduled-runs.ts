/** The runs of each minute that look for what is due. */
import { wakeDue } from '../../shared/flow/wake/wake-due.ts';
import type { Waiting } from './scheduler.ts';
import type { World } from './world.ts';

const SPACING_MS = 60_000;
const BUDGET_MS = 50_000;
/** A run may be late, or another be faster. */
const IDLE_RUNS_MAX = 5;

/** See the file's head. */
export class ScheduledRuns {
  readonly #world: World;
  #next: Waiting | undefined;
  /** Runs in a row that found something due and did nothing about it. */
  #idle = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Lets them come: one a minute, where anything is due. */
  begin(): void {
    const { scheduler } = this.#world;
    this.#next = scheduler.after(SPACING_MS, 'renewal', () => {
      this.begin();
      if (this.#isAnythingDue(scheduler.now)) void this.#run();
    });
  }

  end(): void {
    if (this.#next !== undefined) this.#world.scheduler.cancel(this.#next);
  }

  async #run(): Promise<void> {
    const world = this.#world;
    const before = world.wakes;
    try {
      const report = await world.processes.start('renewal', (services) =>
        wakeDue(services, services.clock.now() + BUDGET_MS),
      );
      const isIdle = report !== 'crashed' && report.dueCalendars > 0 && report.failed === 0 && world.wakes === before;
      this.#idle = isIdle ? this.#idle + 1 : 0;
      if (this.#idle > IDLE_RUNS_MAX)
        world.judges.violate('scheduled runs look at a calendar again and again for nothing');
    } catch (error) {
      world.judges.judgeError(error);
    }
  }

  #isAnythingDue(at: number): boolean {
    const isDue = ({ dueAt }: { readonly dueAt: number | null }): boolean => dueAt !== null && dueAt <= at;
    const { calendars, conferences } = this.#world.shadow;
    return [...calendars.values()].some(isDue) || [...conferences.values()].some(isDue);
  }
}
