/** The calls of manage-calendars, in the name of this server's own service account. Each may be repeated. */
import { GoogleAuth } from 'google-auth-library';

const { MANAGE_URL = '' } = process.env;
const DEADLINE_MS = 5000;

let client;

/** Made once; after a look for credentials that failed, it is made anew by the next call. */
function openClient() {
  client ??= new GoogleAuth().getIdTokenClient(MANAGE_URL).catch((error) => {
    client = undefined;
    throw error;
  });
  return client;
}

async function manage(method, path, data) {
  // Some addresses that end in z are answered by Google and never arrive.
  const url = `${MANAGE_URL}/v1/${path.replace(/z$/, 'z/')}`;
  return (await openClient()).request({ url, method, data, timeout: DEADLINE_MS });
}

function pathOf(calendarId) {
  return `calendars/${encodeURIComponent(calendarId)}`;
}

/** Has the calendar watched, acting as its owner. */
export async function followCalendar(calendarId, owner) {
  await manage('PUT', pathOf(calendarId), { subject: owner });
}

/** Has the service know that this event carries this conference. */
export async function announceRoom({ id, calendarId, eventId, owner }) {
  await followCalendar(calendarId, owner);
  await manage('PUT', `${pathOf(calendarId)}/bindings/${encodeURIComponent(eventId)}`, { conferenceId: id });
}

/** Ends the watching of all calendars of the person and forgets his consent, if there is one; no conference is cancelled by it. */
export async function forgetPerson(person) {
  await manage('DELETE', `subjects/${encodeURIComponent(person)}`);
}

/** Whether the service holds a consent of the person that Google still honours, as far as it knows. */
export async function isConnected(person) {
  try {
    const { data } = await manage('GET', `connections/${encodeURIComponent(person)}`);
    return data.state === 'connected';
  } catch (error) {
    if (error.status === 404) return false;
    throw error;
  }
}

/** Where the person's browser consents; afterwards it goes to `returnTo`, whose host is in CONNECT_RETURN_HOSTS of the service. */
export async function offerConnection(person, returnTo) {
  const { data } = await manage('POST', 'connections', { subject: person, returnTo });
  return new URL(data.url);
}
