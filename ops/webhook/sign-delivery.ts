/** Signatures of the Standard Webhooks specification, the right ones and the wrong ones. */
import { createHmac } from 'node:crypto';
import type { Delivery } from './check.ts';

const EXPIRED_MS = 600_000;
/** A key that no receiver knows. */
const UNKNOWN_KEY = `whsec_${Buffer.from('a key that no receiver has').toString('base64')}`;

/** The headers of a delivery; `now` is Unix milliseconds. */
export function headersOf(
  { id, body, signing }: Delivery,
  secret: string,
  now: number,
): Readonly<Record<string, string>> {
  const at = Math.floor((signing === 'expired' ? now - EXPIRED_MS : now) / 1_000);
  const plain = { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(at) };
  const sign = (key: string, signed = body): string => signatureOf(key, `${id}.${at}.${signed}`);
  switch (signing) {
    case 'unsigned':
      return plain;
    case 'valid':
    case 'expired':
      return { ...plain, 'webhook-signature': sign(secret) };
    case 'ring':
      return { ...plain, 'webhook-signature': `${sign(UNKNOWN_KEY)} ${sign(secret)}` };
    case 'unknown-key':
      return { ...plain, 'webhook-signature': sign(UNKNOWN_KEY) };
    case 'other-body':
      return { ...plain, 'webhook-signature': sign(secret, `${body} `) };
  }
}

function signatureOf(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
}
