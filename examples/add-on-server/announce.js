/** The calls of manage-calendars, in the name of this server's own service account. Each may be repeated. */
import { GoogleAuth } from 'google-auth-library';

const { MANAGE_URL = '' } = process.env;
const DEADLINE_MS = 5000;

let client;

async function manage(method, path, data) {
  client ??= new GoogleAuth().getIdTokenClient(MANAGE_URL);
  return (await client).request({ url: `${MANAGE_URL}/v1/calendars/${path}`, method, data, timeout: DEADLINE_MS });
}

/** Has the calendar watched, acting as its owner. */
export async function followCalendar(calendarId, owner) {
  await manage('PUT', encodeURIComponent(calendarId), { subject: owner });
}

/** Has the service know that this event carries this conference. */
export async function announceRoom({ id, calendarId, eventId, owner }) {
  await followCalendar(calendarId, owner);
  const path = `${encodeURIComponent(calendarId)}/bindings/${encodeURIComponent(eventId)}`;
  await manage('PUT', path, { conferenceId: id });
}

/** Ends the watching; nothing is cancelled by it. A calendar that is not known any more is left already. */
export async function leaveCalendar(calendarId) {
  try {
    await manage('DELETE', encodeURIComponent(calendarId));
  } catch (error) {
    if (error.status !== 404) throw error;
  }
}
