/**
 * Users of other companies, for whom the service needs a consent of their own (its CALENDAR_AUTH is `oauth` or `delegation,oauth`): the
 * sign-in of the add-on is that consent, and Google asks once for both.
 */
import { readLink, signedLink } from './links.js';
import { isConnected, offerConnection } from './manage.js';
import { Refused } from './requests.js';

const { CALENDAR_AUTH = 'delegation', DELEGATION_DOMAINS = '', ADD_ON_SCRIPT_ID = '' } = process.env;
const PAGE = 'connect';
/** As long as the way back to the script is good for. */
const LINK_MS = 60 * 60_000;

function needsConsent(person) {
  if (CALENDAR_AUTH === 'delegation') return false;
  return CALENDAR_AUTH === 'oauth' || !DELEGATION_DOMAINS.split(',').includes(person.split('@').at(-1));
}

/** Lets those through whose calendar the service can read. @throws Refused 401 with the address where the person consents */
export async function requireConnection(person, report) {
  if (!needsConsent(person)) return;
  try {
    if (await isConnected(person)) return;
  } catch (error) {
    // The service is away, and a person waits. Who has consented before loses nothing, and others are asked with their next conference.
    report(error);
    return;
  }
  throw new Refused(401, 'not_connected', { loginUrl: signedLink(PAGE, person, LINK_MS) });
}

/** Where a browser that came by such an address goes on to. @throws Refused 400, 403 */
export async function consentAddress(url) {
  const person = readLink(PAGE, url);
  return offerConnection(person, readWayBack(url));
}

/** `return_to` is added by the script: nobody is sent anywhere but to the script's own end of a sign-in. */
function readWayBack(url) {
  const returnTo = new URL(url, 'http://localhost').searchParams.get('return_to') ?? '';
  const prefix = `https://script.google.com/macros/d/${ADD_ON_SCRIPT_ID}/usercallback?`;
  if (ADD_ON_SCRIPT_ID === '' || !returnTo.startsWith(prefix)) throw new Refused(400, 'return_to_is_not_the_add_on');
  return returnTo;
}
