/** What an operation of the manage API is made of. */
import type { ChannelServices, ConnectionSetup } from '../../shared/domain/ports.ts';
import type { Expectation } from '../../shared/flow/calendars/expectation.ts';
import type { Members } from './read-body.ts';
import type { Query } from './read-query.ts';

/** What the operations may touch; without `connections` no user can connect here. */
export interface ManageServices extends ChannelServices {
  readonly connections?: ConnectionSetup | undefined;
}

/** A request whose parts were found to be such as its operation takes. */
export interface Call {
  /** From the address, decoded; empty where it has none. */
  readonly calendarId: string;
  readonly eventId: string;
  readonly subject: string;
  readonly query: Query;
  readonly members: Members;
  /** What the conditions of the request say about the calendar's record. */
  readonly isExpected: Expectation;
}

/** What to answer. */
export interface Answer {
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** See the file's head. */
export interface Operation {
  /** Its name in the log. */
  readonly action: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: RegExp;
  readonly parameters: readonly string[];
  /** Members of the body; null where none is taken. */
  readonly members: readonly string[] | null;
  /** Whether its answers have an entity tag, and its requests may have conditions. */
  readonly isConditional: boolean;
  readonly act: (services: ManageServices, call: Call) => Promise<Answer>;
}

/**
 * How long a request goes on with a removal; what is left goes to a worker. What was begun by then, and the end of a consent, have the
 * rest of the function's time: 60 s in Terraform.
 */
export const REMOVAL_MS = 30_000;
