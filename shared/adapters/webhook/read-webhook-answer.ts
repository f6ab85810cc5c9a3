/** What the conference system's answer means for a change. Reasons are our own words and the status, never its text. */
import { type Outcome, RETRY_AFTER_MAX_MS } from '../../domain/delivery/change.ts';
import { readEventPatch } from '../../domain/delivery/read-event-patch.ts';
import { readRetryAfter } from '../../domain/delivery/retry-after.ts';
import type { PostAnswer } from './post-json.ts';

/** Judges an answer; `now` is Unix milliseconds, for Retry-After dates. */
export function readWebhookAnswer(answer: PostAnswer, now: number): Outcome {
  const { status } = answer;
  if (status === 408 || status === 429 || status >= 500) {
    const wait = readRetryAfter(answer.retryAfter, now);
    const retryAfterMs = wait === undefined ? undefined : Math.min(wait, RETRY_AFTER_MAX_MS);
    return { kind: 'transient', reason: `answered ${status}`, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  if (status >= 200 && status < 300) return readSuccess(answer);
  if ((status === 404 || status === 410) && field(parse(answer), 'error') === 'conference_not_found') {
    return { kind: 'unknown-conference' };
  }
  if (status === 410) return { kind: 'endpoint-gone' };
  if (status === 401 || status === 403) return { kind: 'key-refused', reason: `answered ${status}` };
  if (status >= 300 && status < 400) return { kind: 'refused', reason: `answered a redirect (status ${status})` };
  return { kind: 'refused', reason: `answered ${status}` };
}

function readSuccess(answer: PostAnswer): Outcome {
  // A login page or a parked domain answers 200 as well, and has applied nothing.
  if (/^text\/html\b/i.test(answer.contentType) || /^\s*</.test(answer.text)) {
    return { kind: 'refused', reason: `answered HTML instead of JSON (status ${answer.status})` };
  }
  const eventPatch = readEventPatch(field(parse(answer), 'eventPatch'));
  return eventPatch === undefined ? { kind: 'done' } : { kind: 'done', eventPatch };
}

function parse({ text, isCut }: PostAnswer): unknown {
  if (isCut || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
