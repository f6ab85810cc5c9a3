/**
 * Notices that the event loop of the worker is held: by code that does not come to an end, the company's own module among it. Such a
 * process answers nothing any more, and Cloud Run goes on sending it messages. A thread beside the loop hears from it each second while
 * there is work; where it hears nothing for too long, it writes the line that the loop cannot write any more, with what was being
 * worked on and where the loop stands, and kills the process. The messages then come again by themselves.
 */
import { Worker } from 'node:worker_threads';
import type { WorkMessage } from '../shared/domain/notification/work-message.ts';
import type { Log } from '../shared/domain/ports.ts';
import { holdWatch, type WatchTerms } from './watchdog-thread.ts';

/** Nothing of ours holds the loop for a tenth of a second; what holds it for so long will not end. */
const HELD_MS = 20_000;
const BEAT_MS = 1_000;
/** How long the loop may take to say where it stands. */
const STACK_MS = 2_000;

/** The loop did not answer for HELD_MS. Its stack is where the loop stood. */
class EventLoopHeld extends Error {
  override readonly name = 'EventLoopHeld';
}

/** See the file's head. One for the process; until it watches the first work, it costs nothing. */
export class Watchdog {
  #guard: Guard | undefined;
  #beats: NodeJS.Timeout | undefined;
  readonly #underWay = new Set<WorkMessage>();
  readonly #logTo: (print: (text: string) => void) => Log;

  /** `logTo` makes a log that prints its lines by this function. */
  constructor(logTo: (print: (text: string) => void) => Log) {
    this.#logTo = logTo;
  }

  /** Watches over the work on this message, and changes nothing else about it. */
  async watch<Result>(message: WorkMessage, work: () => Promise<Result>): Promise<Result> {
    this.#underWay.add(message);
    this.#beat();
    this.#beats ??= setInterval(() => this.#beat(), BEAT_MS);
    try {
      return await work();
    } finally {
      this.#underWay.delete(message);
      if (this.#underWay.size === 0) this.#rest();
    }
  }

  #rest(): void {
    clearInterval(this.#beats);
    this.#beats = undefined;
    this.#guard?.thread.postMessage(null);
  }

  #begin(): Guard {
    const thread = startThread();
    return { thread, log: this.#logTo((text) => thread.postMessage(text)) };
  }

  /** The thread is given the line to write, should this be the last that it hears. */
  #beat(): void {
    this.#guard ??= this.#begin();
    const all = [...this.#underWay];
    this.#guard.log.write({
      line: 'crash',
      error: new EventLoopHeld(),
      calendars: all.flatMap((one) => (one.kind === 'conference' ? [] : [one.calendar])),
      conferences: all.flatMap((one) => (one.kind === 'conference' ? [one.conference] : [])),
    });
  }
}

/** The thread, and the log whose lines go to it. */
interface Guard {
  readonly thread: Worker;
  readonly log: Log;
}

function startThread(): Worker {
  const terms: WatchTerms = { beatMs: BEAT_MS, silentBeatsMax: HELD_MS / BEAT_MS, stackMs: STACK_MS };
  // As text: what is deployed is one file, all of which a thread would load.
  const thread = new Worker(`(${holdWatch})(${JSON.stringify(terms)})`, { eval: true });
  thread.unref();
  return thread;
}
