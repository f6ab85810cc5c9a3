/**
 * One request of the generated client: access token in, text of the answer out. Repeats it once, with a new token,
 * when Google does not accept the old one; every other failure is thrown by its name.
 */
import type { MethodOptions } from 'googleapis/build/src/apis/calendar/index.js';
import { AccessLost, GoogleUnavailable, RequestRefused } from '../../domain/errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import { classifyError, nameOf, type Operation } from './classify-error.ts';
import { untilAborted } from './deadline.ts';
import { HttpAnswer, HttpFailure } from './exchange-over-http.ts';

/** What is sent, and as whom. */
export interface GoogleRequest {
  readonly operation: Operation;
  readonly subject: string;
  /** Ends the request wherever it stands. */
  readonly signal: AbortSignal;
  readonly hasSyncToken?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Calls the generated client with these settings. */
  send(settings: MethodOptions): Promise<{ readonly data: unknown }>;
}

/**
 * The text of a 2xx answer.
 * @throws the domain error that anything else means
 */
export async function sendRequest(request: GoogleRequest, auth: AccessTokens, now: () => number): Promise<string> {
  const { operation, subject, signal, hasSyncToken = false } = request;
  for (let attempt = 1; ; attempt++) {
    const token = await untilAborted(auth.tokenFor(subject), signal, 'access token');
    const headers = { ...request.headers, ...(token !== null && { Authorization: `Bearer ${token}` }) };
    const { status, retryAfter, text } = await exchanged(operation, () => request.send({ signal, headers }));
    if (status >= 200 && status < 300) return text;
    const error = classifyError({ operation, status, retryAfter, body: text, hasSyncToken }, now());
    // A token can be revoked before it expires; a new one tells whether the grant is gone too.
    if (token === null || status !== 401 || attempt > 1 || !(error instanceof AccessLost)) throw error;
    auth.drop(subject, token);
  }
}

async function exchanged(operation: Operation, send: () => Promise<{ readonly data: unknown }>): Promise<HttpAnswer> {
  let data: unknown;
  try {
    ({ data } = await send());
  } catch (cause) {
    // The transport never throws, so the client would not build the request: an id such as `..` in its path.
    throw new RequestRefused(`${nameOf(operation)}: the request cannot be made`, { cause });
  }
  if (data instanceof HttpAnswer) return data;
  if (data instanceof HttpFailure)
    throw new GoogleUnavailable(`${nameOf(operation)}: ${data.reason}`, { cause: data.cause });
  throw new GoogleUnavailable(`${nameOf(operation)}: the client gave no answer`);
}
