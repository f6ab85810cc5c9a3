/** A receiver over HTTP, spoken to and judged with the very code of the service. */
import { beginPost, createPoster, PostFailed } from '../../shared/adapters/webhook/post-json.ts';
import { readWebhookAnswer } from '../../shared/adapters/webhook/read-webhook-answer.ts';
import { TIMEOUT_MS } from '../../shared/adapters/webhook/send-webhook.ts';
import type { Kept } from './compare-kept.ts';
import type { Answered, Endpoint } from './play-check.ts';
import { headersOf } from './sign-delivery.ts';

/** Where the receiver is, and how it is spoken to. */
export interface EndpointOptions {
  readonly url: URL;
  readonly secret: string;
  /** With `{conferenceId}` in it; null for none. */
  readonly readBack: string | null;
  /** For one answer; milliseconds, default that of the service. */
  readonly timeoutMs?: number;
}

/** Connects at the first delivery; `close` ends the connections. */
export function openEndpoint(options: EndpointOptions): Endpoint & { close(): void } {
  const { url, secret, readBack, timeoutMs = TIMEOUT_MS } = options;
  const poster = createPoster({ timeoutMs });
  return {
    async send(delivery): Promise<Answered> {
      try {
        const answer = await poster.post(url, headersOf(delivery, secret, Date.now()), delivery.body);
        return { status: answer.status, outcome: readWebhookAnswer(answer, Date.now()) };
      } catch (error) {
        if (!(error instanceof PostFailed)) throw error;
        return { status: null, outcome: { kind: 'transient', reason: error.message } };
      }
    },
    hangUp: (delivery) => sendHalf(url, headersOf(delivery, secret, Date.now()), delivery.body, timeoutMs),
    read: readBack === null ? null : (conferenceId) => readKept(readBack, conferenceId, timeoutMs),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    close: () => poster.close(),
  };
}

/** Resolves when the connection is gone, or none has come about in time. */
function sendHalf(url: URL, headers: Readonly<Record<string, string>>, body: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const request = beginPost(url, headers, false);
    const timer = setTimeout(() => request.destroy(), timeoutMs);
    request
      .on('error', () => undefined)
      .once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    request.write(body.slice(0, body.length / 2), () => setTimeout(() => request.destroy(), 50));
  });
}

/** GET of the address of one conference. */
export async function readKept(readBack: string, conferenceId: string, timeoutMs: number): Promise<Kept> {
  const address = readBack.replaceAll('{conferenceId}', encodeURIComponent(conferenceId));
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' });
    if (answer.status === 404) return { kind: 'absent' };
    if (!answer.ok) return { kind: 'trouble', reason: `answered ${answer.status}` };
    const found: unknown = await answer.json();
    if (typeof found !== 'object' || found === null) return { kind: 'trouble', reason: 'answered no object' };
    return { kind: 'conference', fields: Object.fromEntries(Object.entries(found)) };
  } catch (error) {
    return { kind: 'trouble', reason: error instanceof SyntaxError ? 'answered no JSON' : 'cannot be reached' };
  }
}
