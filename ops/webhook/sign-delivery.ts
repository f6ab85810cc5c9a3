/** The headers of the service around a delivery, with the right signatures and the wrong ones. */
import { headersOf as headersOfService, readRing } from '../../shared/adapters/webhook/send-webhook.ts';
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
  const at = new Date(signing === 'expired' ? now - EXPIRED_MS : now);
  const signedBy = (keys: readonly string[], signed = body) => headersOfService(id, at, signed, readRing(keys));
  switch (signing) {
    case 'valid':
    case 'expired':
      return signedBy([secret]);
    case 'ring':
      return signedBy([UNKNOWN_KEY, secret]);
    case 'unknown-key':
      return signedBy([UNKNOWN_KEY]);
    case 'unsigned': {
      const { 'webhook-signature': _, ...unsigned } = signedBy([secret]);
      return unsigned;
    }
    case 'other-body':
      return { ...signedBy([secret], `${body} `), 'content-length': String(Buffer.byteLength(body)) };
  }
}
