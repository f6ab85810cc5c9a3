/**
 * What the conference system's answer means for a change. A refusal is one that speaks of the change; where somebody else answers, such as a load
 * balancer or a login, the change waits. Reasons are our own words and the status, never its text.
 */
import type { Outcome } from '../../domain/delivery/change.ts';
import { readEventPatch } from '../../domain/delivery/read-event-patch.ts';
import { readRetryAfter } from '../../domain/delivery/retry-after.ts';
import type { PostAnswer } from './post-json.ts';

/** Judges an answer; `now` is Unix milliseconds, for Retry-After dates. */
export function readWebhookAnswer(answer: PostAnswer, now: number): Outcome {
  const { status } = answer;
  const said = parse(answer);
  if (status === 408 || status === 429 || status >= 500) return transient(`answered ${status}`, answer, now);
  if ((status === 404 || status === 410) && field(said, 'error') === 'conference_not_found') {
    return { kind: 'unknown-conference' };
  }
  if (status === 410) return { kind: 'endpoint-gone' };
  if (status === 401 || status === 403) return { kind: 'key-refused', reason: `answered ${status}` };
  const missing = missingReceiver(answer, said);
  if (missing !== null) return transient(missing, answer, now);
  if (status >= 200 && status < 300) {
    const eventPatch = readEventPatch(field(said, 'eventPatch'));
    return eventPatch === undefined ? { kind: 'done' } : { kind: 'done', eventPatch };
  }
  return { kind: 'refused', reason: `answered ${status}` };
}

/** What shows that no receiver answered, so that nothing was applied or refused; null where one did. */
function missingReceiver(answer: PostAnswer, said: unknown): string | null {
  const { status } = answer;
  if (status >= 300 && status < 400) return `answered a redirect (status ${status})`;
  // 422 is said of content that was read. Many frameworks put a page around the status of a handler.
  if (isPage(answer) && status !== 422) return `answered HTML instead of JSON (status ${status})`;
  if ((status === 404 || status === 405) && said === undefined) return `answered ${status} without JSON`;
  return null;
}

/**
 * A login, a page of maintenance or a parked domain, whatever its status. The text tells, not its type: many frameworks call every answer HTML for which a
 * handler names no type, an empty one included.
 */
function isPage({ text }: PostAnswer): boolean {
  return /^\s*</.test(text);
}

function transient(reason: string, { retryAfter }: PostAnswer, now: number): Outcome {
  const retryAfterMs = readRetryAfter(retryAfter, now);
  return { kind: 'transient', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
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
