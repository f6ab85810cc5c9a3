/**
 * The signature check of a webhook receiver, with the package that a real receiver would use. The package also
 * refuses a `webhook-timestamp` more than five minutes from the machine's clock.
 */
import { Webhook } from 'standardwebhooks';

/** HTTP headers as node:http or a test gives them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Says whether the body is signed with one of the ring's keys. */
export type SignatureCheck = (headers: Headers, body: string) => boolean;

/**
 * A check against a ring of `whsec_` secrets, any of which will do.
 * @throws Error for an empty ring or a secret that is not base64.
 */
export function signatureCheck(secrets: readonly string[]): SignatureCheck {
  if (secrets.length === 0) throw new Error('the conference system needs at least one webhook secret');
  const ring = secrets.map((secret, index) => webhookFor(secret, index));
  return (headers, body) => {
    const flat = flatHeaders(headers);
    return ring.some((webhook) => verifies(webhook, flat, body));
  };
}

/** The secret itself stays out of the message. */
function webhookFor(secret: string, index: number): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new Error(`webhook secret ${index + 1} is not "whsec_" followed by base64`);
  }
}

function verifies(webhook: Webhook, headers: Record<string, string>, body: string): boolean {
  try {
    webhook.verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    // Whatever is wrong with headers that anyone can send: not verified.
    return false;
  }
}

function flatHeaders(headers: Headers): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    const value = headerValue(headers, name);
    if (value !== undefined) flat[name] = value;
  }
  return flat;
}

/** One header's value, whatever the case of its name; of several values the first. */
export function headerValue(headers: Headers, name: string): string | undefined {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return typeof value === 'string' || value === undefined ? value : value[0];
}
