/** The signature check of the Standard Webhooks specification, with a ring of keys so that a key can be changed without a gap. */
import { Webhook } from 'standardwebhooks';

/** Headers as any framework holds them; names in whatever case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whether a body comes from your service, unaltered, and was sent within the last five minutes, a constant of `standardwebhooks`. */
export type Verify = (headers: Headers, body: string) => boolean;

/**
 * A check against `whsec_` keys, one of which is enough.
 * @throws TypeError for an empty ring or a key that is none; the key is not in the message
 */
export function verifier(secrets: readonly string[]): Verify {
  if (secrets.length === 0) throw new TypeError('a receiver needs at least one secret');
  const ring = secrets.map((secret, index) => {
    try {
      return new Webhook(secret);
    } catch {
      throw new TypeError(`secret ${index + 1} is not "whsec_" followed by base64`);
    }
  });
  return (headers, body) => {
    const signed = signatureOf(headers);
    return ring.some((key) => {
      try {
        key.verify(body, signed, { jsonParse: false });
        return true;
      } catch {
        return false;
      }
    });
  };
}

function signatureOf(headers: Headers): Record<string, string> {
  const signed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && name.toLowerCase().startsWith('webhook-')) signed[name] = value;
  }
  return signed;
}
