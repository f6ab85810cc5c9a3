/**
 * The conference system behind a webhook: each change, and each notice of a calendar, is one POST by the Standard Webhooks specification
 * (https://www.standardwebhooks.com), and the answer becomes an outcome. No retries here: what is transient is due again later.
 */
import { Webhook } from 'standardwebhooks';
import type { CalendarNotice, ConferenceChange, Outcome } from '../../domain/delivery/change.ts';
import type { ConferenceBackend } from '../../domain/ports.ts';
import { isForbiddenHost, isLoopbackHost } from './forbidden-address.ts';
import { createPoster, type Lookup, type PostAnswer, PostFailed } from './post-json.ts';
import { readWebhookAnswer } from './read-webhook-answer.ts';

/** The endpoint, and what it is told secrets by. */
export interface WebhookOptions {
  /** https, or plain http on loopback. */
  readonly url: string;
  /** `whsec_` keys, newest first; every delivery is signed with each, so that the receiver may change over at any time. */
  readonly secrets: readonly string[];
  /** For a whole delivery; milliseconds, default `TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Default: the system's resolver. */
  readonly lookup?: Lookup;
  /** Hears what each delivery was answered, undefined for nothing, before the outcome is known. */
  readonly onAnswer?: (message: ConferenceMessage, answer: PostAnswer | undefined) => void;
}

/** What a webhook carries. */
export type ConferenceMessage = ConferenceChange | CalendarNotice;

/** The POST that tells of it. */
export interface WebhookRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The port, the request that it would make now, and the end of its connections. */
export type WebhookBackend = ConferenceBackend & {
  requestOf(message: ConferenceMessage): WebhookRequest;
  close(): void;
};

/** How long a whole delivery may take unless told otherwise. */
export const TIMEOUT_MS = 15_000;

/**
 * Checks the settings; connects at the first delivery.
 * @throws Error in words for an operator if the address or a secret cannot be used
 */
export function createWebhookBackend(options: WebhookOptions): WebhookBackend {
  const { timeoutMs = TIMEOUT_MS, now = Date.now, lookup, onAnswer = () => undefined } = options;
  const url = readUrl(options.url);
  const ring = readRing(options.secrets);
  const poster = createPoster({ timeoutMs, lookup });
  const requestOf = (message: ConferenceMessage): WebhookRequest => {
    const body = bodyOf(message);
    return { url, headers: headersOf(message.id, new Date(now()), body, ring), body };
  };
  const send = async (message: ConferenceMessage): Promise<Outcome> => {
    const { headers, body } = requestOf(message);
    try {
      const answer = await poster.post(url, headers, body);
      onAnswer(message, answer);
      return readWebhookAnswer(answer, now());
    } catch (error) {
      onAnswer(message, undefined);
      return transient(error);
    }
  };
  return {
    requestOf,
    apply: send,
    tell: send,
    close: () => poster.close(),
  };
}

function bodyOf({ type, timestamp, data }: ConferenceMessage): string {
  return JSON.stringify({ type, timestamp, data });
}

/** The headers of a delivery. The timestamp is that of this attempt: receivers refuse what is more than five minutes old. */
export function headersOf(id: string, at: Date, body: string, ring: readonly Webhook[]): Record<string, string> {
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    accept: 'application/json',
    'user-agent': 'calendar-conference-sync',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': ring.map((key) => key.sign(id, at, body)).join(' '),
  };
}

function transient(error: unknown): Outcome {
  return { kind: 'transient', reason: error instanceof PostFailed ? error.message : 'could not be sent' };
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new Error('The webhook address is not a URL.');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) {
    throw new Error('The webhook address must begin with https:// (plain http is allowed for loopback only).');
  }
  if (isForbiddenHost(url.hostname)) {
    throw new Error(
      'The webhook address is link-local or unspecified, where only metadata servers and this machine answer.',
    );
  }
  return url;
}

/** The keys to sign with. @throws Error in words for an operator */
export function readRing(secrets: readonly string[]): Webhook[] {
  if (secrets.length === 0) throw new Error('The webhook needs at least one secret to sign with.');
  return secrets.map((secret, index) => {
    try {
      return new Webhook(secret);
    } catch {
      // The secret itself stays out of the message.
      throw new Error(`Webhook secret ${index + 1} is not "whsec_" followed by base64.`);
    }
  });
}
