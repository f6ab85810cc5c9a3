/** What happens in the sandbox, told to whoever watches: lines of the service's log, changes of the calendar, steps of the queue. */
import type { Log } from '../shared/domain/ports.ts';
import type { SimulatedCalendar } from './calendar/simulated-calendar.ts';
import type { Happening } from './console/console-world.ts';

/** See the file's head. */
export class ConsoleFeed {
  /** The service's log: every line goes on, and is a happening too. */
  readonly log: Log;
  readonly #listeners = new Set<(happening: Happening) => void>();

  constructor(log: Log) {
    this.log = {
      write: (line) => {
        log.write(line);
        this.tell({ kind: 'log', at: Date.now(), line });
      },
    };
  }

  subscribe(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening);
  }

  /** Tells of every write that goes through this Calendar's `handle` from now on. A write can reach guests' calendars too. */
  watch(calendar: SimulatedCalendar): void {
    const handle = calendar.handle.bind(calendar);
    calendar.handle = (request) => {
      const answer = handle(request);
      const isWrite = request.method !== 'GET' && answer.status < 300 && request.path.includes('/events');
      if (isWrite)
        for (const calendarId of calendar.calendarIds()) this.tell({ kind: 'calendar', at: Date.now(), calendarId });
      return answer;
    };
  }
}
