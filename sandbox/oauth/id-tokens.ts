/**
 * ID tokens of the simulated Google, signed with a key that lives as long as its process. Google publishes certificates; here the same
 * address gives the bare public key, which every client that reads PEM takes as well.
 */
import { createHash, createSign, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';

/** What an ID token says. */
export interface Claims {
  readonly audience: string;
  readonly user: string;
  readonly nonce: string | null;
}

/** Whose tokens these are, in the simulation too: clients refuse those of anybody else. */
export const ISSUER = 'https://accounts.google.com';
const LIFE_SECONDS = 3_600;
const KEY_ID = 'simulated';

let made: KeyPairKeyObjectResult | undefined;

/** Made when it is first needed: it takes longer than all the rest of a start. */
function keys(): KeyPairKeyObjectResult {
  made ??= generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return made;
}

/** See the file's head. */
export class IdTokens {
  readonly #now: () => number;

  /** `now` is Unix milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  sign({ audience, user, nonce }: Claims): string {
    const iat = Math.floor(this.#now() / 1_000);
    const sub = BigInt(`0x${createHash('sha256').update(user).digest('hex').slice(0, 16)}`).toString();
    const claims = { iss: ISSUER, azp: audience, aud: audience, sub, email: user, email_verified: true, iat };
    const payload = { ...claims, exp: iat + LIFE_SECONDS, ...(nonce !== null && { nonce }) };
    const signed = [{ alg: 'RS256', kid: KEY_ID, typ: 'JWT' }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(keys().privateKey, 'base64url')}`;
  }

  /** As `/oauth2/v3/certs` gives them: a JSON Web Key Set. */
  keySet(): { readonly keys: readonly Readonly<Record<string, unknown>>[] } {
    const key = keys().publicKey.export({ format: 'jwk' });
    return { keys: [{ ...key, kid: KEY_ID, alg: 'RS256', use: 'sig' }] };
  }

  /** As `/oauth2/v1/certs` gives them. */
  publicKeys(): Readonly<Record<string, string>> {
    return { [KEY_ID]: keys().publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  }
}
