/**
 * Time that passes as soon as nothing is under way any more: hours of waiting cost nothing, while calls to the outside are real. A call
 * counts as under way from the moment it is made through `underWay`.
 */

/** A timer that was set. */
export interface VirtualTimer {
  readonly at: number;
  readonly work: () => void;
}

/** How often the event loop turns without anything new before time goes on. */
const IDLE_TURNS = 3;

/** See the file's head. */
export class VirtualTime {
  #now: number;
  #underWay = 0;
  #timers: VirtualTimer[] = [];

  /** Begins at this instant, Unix milliseconds. */
  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number): Promise<void> => new Promise((resolve) => void this.set(resolve, ms));

  readonly set = (work: () => void, ms: number): VirtualTimer => {
    const timer = { at: this.#now + Math.max(0, ms), work };
    // Behind those of the same instant, as Node keeps them.
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1]?.at ?? 0) > timer.at) at--;
    this.#timers.splice(at, 0, timer);
    return timer;
  };

  readonly clear = (timer: VirtualTimer): void => {
    const at = this.#timers.indexOf(timer);
    if (at >= 0) this.#timers.splice(at, 1);
  };

  /** The methods of `face`, each of whose calls holds time until it has ended. */
  underWay<Face extends object>(face: Face): Face {
    return new Proxy(face, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          const result: unknown = Reflect.apply(member, target, args);
          if (!(result instanceof Promise)) return result;
          this.#underWay++;
          return result.finally(() => this.#underWay--);
        };
      },
    });
  }

  /** Lets everything happen that is due until then. */
  async runUntil(end: number): Promise<void> {
    for (;;) {
      await this.#settle();
      const [next] = this.#timers;
      if (next === undefined || next.at > end) break;
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.at);
      next.work();
    }
    this.#now = Math.max(this.#now, end);
  }

  async #settle(): Promise<void> {
    for (let idle = 0; idle < IDLE_TURNS; ) {
      await new Promise((resolve) => setImmediate(resolve));
      idle = this.#underWay === 0 ? idle + 1 : 0;
    }
  }
}
