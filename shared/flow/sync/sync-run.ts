/** One run of the worker for one sync request: what it was asked, what it holds, and how long it may take. */
import type { ConferenceKey } from '../../domain/ids.ts';
import type { SyncCounts } from '../../domain/log-line.ts';
import type { Arrival, SyncRequest } from '../../domain/notification/work-message.ts';
import type { Services } from '../../domain/ports.ts';
import type { Listing } from '../../domain/state/records.ts';
import type { Held } from '../lease.ts';

/** See the file's head. The counts and the list of afterwork grow as the run goes on. */
export interface SyncRun {
  readonly request: SyncRequest;
  readonly arrival: Arrival;
  readonly held: Held;
  /** When to stop starting things; Unix milliseconds. */
  readonly until: number;
  readonly counts: { -readonly [Count in keyof SyncCounts]: number };
  /** What was listed so far; `full` if one of several listings was. */
  mode: Listing['mode'] | null;
  /** When conferences of this run are due again: a failed delivery, a grace of zero. */
  readonly dueSoon: Map<ConferenceKey, number>;
  /** The conference system is to be told of the calendar itself. */
  hasNews: boolean;
}

/** Nothing new may be begun: the time is up or the process is going down. */
export function isOutOfTime(services: Services, run: SyncRun): boolean {
  return services.isStopping() || services.clock.now() >= run.until;
}
