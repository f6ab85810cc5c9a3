/** Errors of the manage API as problem details, https://www.rfc-editor.org/rfc/rfc9457. */
import type { Response } from '@google-cloud/functions-framework';
import {
  BadRequest,
  QueueUnavailable,
  RecordUnreadable,
  StoreUnavailable,
  UnknownCalendar,
} from '../shared/domain/errors.ts';

/** An answer other than success. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Methods that the address does have; with 405 only. */
  readonly allow?: string;
}

/** What a caller is told about an error; undefined for one that is a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof BadRequest) return { status: 400, title: 'Bad request', detail: error.message };
  if (error instanceof UnknownCalendar) {
    return {
      status: 404,
      title: 'Unknown calendar',
      detail: 'No such calendar is registered. Register it with PUT first.',
    };
  }
  if (error instanceof RecordUnreadable) {
    const detail =
      'A stored record that this takes cannot be read by this version of the service, and was left as it is. The log line "unreadable-record" names it; once it can be read, send the request again.';
    return { status: 500, title: 'Unreadable record', detail };
  }
  if (error instanceof StoreUnavailable || error instanceof QueueUnavailable) {
    const detail =
      'The database or the broker cannot be reached now. Nothing is lost; send the request again in a moment.';
    return { status: 503, title: 'Temporarily unavailable', detail };
  }
  return undefined;
}

/** Sends a problem. */
export function sendProblem(response: Response, { status, title, detail, allow }: Problem): void {
  if (allow !== undefined) response.set('Allow', allow);
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail }));
}
