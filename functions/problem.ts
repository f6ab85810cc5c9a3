/** Errors of the manage API as problem details, https://www.rfc-editor.org/rfc/rfc9457. */
import type { Response } from '@google-cloud/functions-framework';
import {
  askedWaitMs,
  BadRequest,
  ConnectionsOff,
  GoogleUnavailable,
  NotAsExpected,
  QueueUnavailable,
  RateLimited,
  RecordUnreadable,
  StoreUnavailable,
  UnknownCalendar,
  UnknownConnection,
} from '../shared/domain/errors.ts';
import { UnsupportedBody } from './manage/read-body.ts';

/** A database or a broker that has failed for ten seconds is not asked again at once. */
const RETRY_AFTER_SECONDS = 5;

/** An answer other than success. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Methods that the address does have; with 405 only. */
  readonly allow?: string;
  /** When to try again. */
  readonly retryAfterSeconds?: number;
}

/** What a caller is told about an error; undefined for one that is a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof BadRequest) return { status: 400, title: 'Bad request', detail: error.message };
  if (error instanceof UnsupportedBody) return { status: 415, title: 'Unsupported media type', detail: error.message };
  if (error instanceof NotAsExpected) {
    const detail =
      'The calendar is not in the state that If-Match or If-None-Match names, and nothing was done. Read it again, and decide by what it is now.';
    return { status: 412, title: 'Precondition failed', detail };
  }
  if (error instanceof UnknownCalendar) {
    return {
      status: 404,
      title: 'Unknown calendar',
      detail: 'No such calendar is registered. Register it with PUT first.',
    };
  }
  if (error instanceof UnknownConnection) {
    const detail = 'No such user has connected. Make a link with POST /v1/connections, and have the user open it.';
    return { status: 404, title: 'Unknown connection', detail };
  }
  if (error instanceof ConnectionsOff) {
    const detail =
      'Users cannot connect to this installation: it has no CONNECTION_KEYS, CONNECT_URL and OAuth client. docs/connect.md says how to set it up.';
    return { status: 409, title: 'Connections are off', detail };
  }
  if (error instanceof GoogleUnavailable || error instanceof RateLimited) {
    const detail = 'Google cannot be reached now. What was done stays done; send the request again in a moment.';
    const retryAfterSeconds = Math.max(RETRY_AFTER_SECONDS, Math.ceil(askedWaitMs(error) / 1_000));
    return { status: 503, title: 'Google unavailable', detail, retryAfterSeconds };
  }
  if (error instanceof RecordUnreadable) {
    const detail =
      'A stored record that this takes cannot be read by this version of the service, and was left as it is. The log line "unreadable-record" names it; once it can be read, send the request again.';
    return { status: 500, title: 'Unreadable record', detail };
  }
  if (error instanceof StoreUnavailable || error instanceof QueueUnavailable) {
    const detail =
      'The database or the broker cannot be reached now. Nothing is lost; send the request again in a moment.';
    return { status: 503, title: 'Temporarily unavailable', detail, retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
  return undefined;
}

/** Sends a problem. */
export function sendProblem(response: Response, problem: Problem): void {
  const { status, allow, retryAfterSeconds } = problem;
  if (allow !== undefined) response.set('Allow', allow);
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds));
  response.status(status).type(PROBLEM_TYPE).send(problemText(problem));
}

/** The media type of a problem. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** A problem as JSON. */
export function problemText({ status, title, detail }: Problem): string {
  return JSON.stringify({ type: 'about:blank', title, status, detail });
}
