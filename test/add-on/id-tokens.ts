/** ID tokens as Google signs them for users of an add-on, by a key of the test's own. */
import { createSign, generateKeyPairSync } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const KEY_ID = 'test-key';

/** The audience: the OAuth client of the script's project. */
export const CLIENT_ID = '123-abc.apps.googleusercontent.com';

/** What Google serves at /oauth2/v1/certs. */
export const CERTS = { [KEY_ID]: publicKey.export({ type: 'spki', format: 'pem' }).toString() };

/** A token for the person; `claims` replace those of a good one. */
export function idTokenFor(email: string, claims: Readonly<Record<string, unknown>> = {}): string {
  const now = Math.floor(Date.now() / 1_000);
  const payload = {
    iss: 'https://accounts.google.com',
    aud: CLIENT_ID,
    sub: '1',
    email,
    email_verified: true,
    iat: now,
    exp: now + 3_600,
    ...claims,
  };
  const text = [{ alg: 'RS256', kid: KEY_ID, typ: 'JWT' }, payload].map(encoded).join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
