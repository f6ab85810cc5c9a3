/** A receiver without a framework: headers and raw bytes in, status and body out. */
import { type Answer, type Apply, checkAnswer, checkHeard, type OnCalendar } from './backend.ts';
import { MalformedChange, parseChange, parseNotice } from './parse-change.ts';
import { type Headers, verifier } from './verify.ts';

/** What a receiver is made of. */
export interface ReceiverOptions {
  /** `whsec_` keys, one of which must have signed. */
  readonly secrets: readonly string[];
  readonly apply: Apply;
  /** Hears of calendars, where the service tells of them. Without it, such messages are answered 204. */
  readonly onCalendar?: OnCalendar;
  /** Bodies beyond are refused with 413; bytes, default 1 MiB. */
  readonly bodyBytesMax?: number;
  /** For reading a body, and again for applying the change; milliseconds, default 6,000 each. The service waits for 15 s. */
  readonly timeoutMs?: number;
  /** Hears why a delivery was not applied, for your log. */
  readonly onTrouble?: (error: unknown) => void;
}

/** What to answer; `body` is JSON or empty. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A receiver, for the handlers of this package or one of your own. */
export interface Receiver {
  readonly bodyBytesMax: number;
  readonly timeoutMs: number;
  /** Takes one delivery; never throws. */
  receive(headers: Headers, body: Uint8Array): Promise<Reply>;
}

/** @throws TypeError where a secret cannot be used or `apply` is no function */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { secrets, apply, onCalendar, bodyBytesMax = 1_048_576, timeoutMs = 6_000 } = options;
  const { onTrouble = () => undefined } = options;
  const verify = verifier(secrets);
  if (typeof apply !== 'function') throw new TypeError('a receiver needs a function "apply"');
  return {
    bodyBytesMax,
    timeoutMs,
    async receive(headers, bytes) {
      if (bytes.length > bodyBytesMax) return refusal(413, `bodies may have up to ${bodyBytesMax} bytes`);
      const body = textOf(bytes);
      if (body === undefined || !verify(headers, body)) {
        return refusal(401, 'the signature is missing, wrong or older than five minutes');
      }
      try {
        const change = parseChange(body);
        if (change !== undefined)
          return replyTo(await within(timeoutMs, async (signal) => checkAnswer(await apply(change, { signal }))));
        const notice = parseNotice(body);
        if (notice === undefined || onCalendar === undefined) return replyTo(undefined);
        return replyTo(await within(timeoutMs, async (signal) => checkHeard(await onCalendar(notice, { signal }))));
      } catch (error) {
        onTrouble(error);
        return error instanceof MalformedChange ? refusal(400, error.message) : unavailable(error);
      }
    },
  };
}

/** An answer without effect. */
export function refusal(status: number, error: string): Reply {
  return json(status, { error });
}

/** The signature is over the bytes: what is not UTF-8 would not be the same text to both sides. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function within(ms: number, call: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const signal = AbortSignal.timeout(ms);
  const timedOut = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`the change was not applied within ${ms} ms`)), {
      once: true,
    });
  });
  return Promise.race([call(signal), timedOut]);
}

function replyTo(answer: Answer): Reply {
  if (!answer) return { status: 204, headers: {}, body: '' };
  return 'refused' in answer ? refusal(422, answer.refused) : json(200, answer);
}

/** The service tries again: at its own times, or after `retryAfterMs`. */
function unavailable(error: unknown): Reply {
  const wait = error instanceof Error && 'retryAfterMs' in error ? Number(error.retryAfterMs) : Number.NaN;
  const reply = refusal(503, 'the change could not be applied now');
  if (!(wait >= 0)) return reply;
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(Math.ceil(wait / 1_000)) } };
}

function json(status: number, body: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
