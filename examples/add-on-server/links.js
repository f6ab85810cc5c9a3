/** Links for browsers, which carry no ID token: each says whose it is and for which page, signed by this server, for a limited time. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refused } from './requests.js';

const { PUBLIC_URL = 'http://127.0.0.1:3000/add-on/', LINK_KEY = '' } = process.env;

function signatureOf(page, person, until) {
  return createHmac('sha256', LINK_KEY).update(`${page}\n${person}\n${until}`).digest('base64url');
}

/** A link to a page for a person whose ID token was verified. @throws Refused 503 without a key */
export function signedLink(page, person, lifeMs) {
  if (LINK_KEY === '') throw new Refused(503, 'link_key_is_not_set');
  const until = Date.now() + lifeMs;
  return `${PUBLIC_URL}${page}?${new URLSearchParams({ person, until, signature: signatureOf(page, person, until) })}`;
}

/** Whose link to the page it is. @throws Refused 403 for any that was not made here, or is too old */
export function readLink(page, url) {
  const { person = '', until = '', signature = '' } = Object.fromEntries(new URL(url, PUBLIC_URL).searchParams);
  const [given, due] = [Buffer.from(signature), Buffer.from(signatureOf(page, person, until))];
  const isOurs = LINK_KEY !== '' && given.length === due.length && timingSafeEqual(given, due);
  if (!isOurs || !(Number(until) > Date.now())) throw new Refused(403, 'link_is_too_old');
  return person;
}
