/** One question to an endpoint that has to do with access: tokens, signatures, secrets. No retries, no redirects. */
import { GoogleUnavailable } from '../../domain/errors.ts';
import { classifyError } from './classify-error.ts';
import { type JsonObject, parseAnswer } from './read-answer.ts';

/** What to send. */
export interface Question {
  /** What is asked for, in our words, for messages. */
  readonly name: string;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Our own account's token, where the endpoint wants one. */
  readonly bearer?: string;
  /** A form, or a value that goes as JSON. */
  readonly body?: URLSearchParams | { readonly json: unknown };
}

/** All of these answers hold a few kilobytes. */
const ANSWER_BYTES_MAX = 256 * 1_024;

/** Where Google exchanges grants for access tokens. */
export const TOKEN_URL = 'https://oauth2.googleapis.com/token';

/**
 * The JSON object of a 2xx answer; empty for an answer without a body.
 * @throws AccessLost, OwnAccountRefused where it was asked in our own name, RateLimited, GoogleUnavailable or RequestRefused, by the answer's own word and status
 */
export async function askEndpoint(question: Question, signal: AbortSignal, now: () => number): Promise<JsonObject> {
  const { name, url, method, bearer, body } = question;
  const isForm = body instanceof URLSearchParams;
  let status: number;
  let retryAfter: string | null;
  let text: string;
  try {
    const response = await fetch(url, {
      method,
      signal,
      redirect: 'manual',
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && {
          'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        }),
      },
      ...(body !== undefined && { body: isForm ? body.toString() : JSON.stringify(body.json) }),
    });
    status = response.status;
    retryAfter = response.headers.get('retry-after');
    text = await readText(name, response);
  } catch (cause) {
    if (cause instanceof GoogleUnavailable) throw cause;
    throw new GoogleUnavailable(`${name}: connection failed`, { cause });
  }
  if (status >= 200 && status < 300) return text === '' ? {} : parseAnswer(name, text);
  const operation = bearer === undefined ? 'token' : 'own';
  throw classifyError({ operation, name, status, body: text, retryAfter: retryAfter ?? undefined }, now());
}

/** Stops reading, which closes the connection, at an answer that is too long, packed or not. */
async function readText(name: string, { body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) throw new GoogleUnavailable(`${name}: answer too large`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/**
 * Reads the token endpoint's answer.
 * @throws GoogleUnavailable if there is no token in it
 */
export function readFreshToken(answer: JsonObject, now: number): { token: string; expiresAt: number } {
  const { access_token: token, expires_in: seconds } = answer;
  if (typeof token !== 'string' || token === '') throw new GoogleUnavailable('access token: none in the answer');
  // Without a lifetime the token is used once and not kept.
  return { token, expiresAt: typeof seconds === 'number' ? now + seconds * 1_000 : now };
}
