/**
 * What ties a consent to the browser that set out for it. The browser keeps one secret in a cookie; everything else is made from the
 * secret and the ticket, so that nothing has to be kept on our side and two windows do not disturb each other.
 */
import { createHash, createHmac } from 'node:crypto';

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** Whether a cookie holds a secret of the form that `browserSecret` gives. */
export function isBrowserSecret(text: string | undefined): text is string {
  return text !== undefined && SECRET.test(text);
}

/** A secret for a browser that has none; `unique` must be unguessable. */
export function browserSecret(unique: string): string {
  return createHash('sha256').update(`browser secret\0${unique}`).digest('base64url');
}

/** Names the browser in the state, and gives the secret away to nobody. */
export function fingerprintOf(secret: string, ticketId: string): string {
  return made('fingerprint', secret, ticketId);
}

/** The code verifier, https://www.rfc-editor.org/rfc/rfc7636#section-4.1. */
export function verifierOf(secret: string, ticketId: string): string {
  return made('verifier', secret, ticketId);
}

/** The code challenge of method S256. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** What the ID token must repeat, https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes. */
export function nonceOf(secret: string, ticketId: string): string {
  return made('nonce', secret, ticketId);
}

function made(what: string, secret: string, ticketId: string): string {
  return createHmac('sha256', secret).update(`${what}\0${ticketId}`).digest('base64url');
}
