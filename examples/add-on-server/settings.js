/** The settings page. Its link says whose it is, signed by this server, and is good for ten minutes. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refused } from './requests.js';

const { PUBLIC_URL = 'http://127.0.0.1:3000/add-on/', SETTINGS_KEY = '' } = process.env;
const LINK_MS = 10 * 60_000;

function signatureOf(person, until) {
  return createHmac('sha256', SETTINGS_KEY).update(`${person}\n${until}`).digest('base64url');
}

/** A link for a person whose ID token was verified. @throws Refused 503 without a key */
export function settingsLink(person) {
  if (SETTINGS_KEY === '') throw new Refused(503, 'settings_key_is_not_set');
  const until = Date.now() + LINK_MS;
  return `${PUBLIC_URL}settings?${new URLSearchParams({ person, until, signature: signatureOf(person, until) })}`;
}

/** Whose link it is. @throws Refused 403 for any that was not made here, or is too old */
export function readSettingsLink(url) {
  const { person = '', until = '', signature = '' } = Object.fromEntries(new URL(url, PUBLIC_URL).searchParams);
  const [given, due] = [Buffer.from(signature), Buffer.from(signatureOf(person, until))];
  const isOurs = SETTINGS_KEY !== '' && given.length === due.length && timingSafeEqual(given, due);
  if (!isOurs || !(Number(until) > Date.now())) throw new Refused(403, 'link_is_too_old');
  return person;
}

/** The page as HTML. The form posts to the page's own address, whose query is the link. */
export function settingsPage(calendars) {
  const button = '<form method="post"><button>Stop following my calendars</button></form>';
  const list = calendars.map((calendarId) => `<li>${escaped(calendarId)}</li>`).join('');
  const text =
    calendars.length === 0 ? '<p>None of your calendars is followed.</p>' : `<p>Followed:</p><ul>${list}</ul>${button}`;
  return `<!doctype html><html lang="en"><title>Web Conference</title><h1>Web Conference</h1>${text}</html>`;
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
