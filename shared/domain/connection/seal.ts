/**
 * Text that only we can read: AES-256-GCM under a ring of keys. What it is about is bound to it, so that a sealed text that is moved to
 * another record cannot be opened there.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';

/** Keys of 32 bytes each in base64, newest first: the first seals and signs, all open and verify. */
export type SealKeys = readonly [string, ...string[]];

/** What was sealed, and whether a key other than the newest did it: then it is time to seal it anew. */
export interface Unsealed {
  readonly text: string;
  readonly isOld: boolean;
}

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a text. `about` says what it belongs to; `unique` must never repeat, as the nonce is made from it. */
export function seal(text: string, keys: SealKeys, about: readonly string[], unique: string): string {
  const nonce = createHash('sha256').update(unique).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, derivedKey(keys[0], 'seal'), nonce).setAAD(bytesOf(about));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, nonce.toString('base64url'), body.toString('base64url')].join('.');
}

/** Opens what `seal` has made; undefined for anything else, for another `about`, and for a key that is not in the ring. */
export function unseal(sealed: string, keys: SealKeys, about: readonly string[]): Unsealed | undefined {
  const [version, nonceText = '', bodyText = '', ...rest] = sealed.split('.');
  const [nonce, body] = [Buffer.from(nonceText, 'base64url'), Buffer.from(bodyText, 'base64url')];
  if (version !== VERSION || rest.length > 0 || nonce.length !== NONCE_BYTES || body.length < TAG_BYTES)
    return undefined;
  for (const [index, key] of keys.entries()) {
    const text = openedUnder(key, nonce, body, about);
    if (text !== undefined) return { text, isOld: index > 0 };
  }
  return undefined;
}

/** A key for one purpose, made from a key of the ring. */
export function derivedKey(key: string, purpose: 'seal' | 'sign'): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64'), '', `calendar-conference-sync ${purpose}`, 32));
}

function openedUnder(key: string, nonce: Buffer, body: Buffer, about: readonly string[]): string | undefined {
  const decipher = createDecipheriv(CIPHER, derivedKey(key, 'seal'), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bytesOf(about)).setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Lists of texts that differ have bytes that differ. */
function bytesOf(about: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(about));
}
