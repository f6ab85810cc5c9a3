/** The calls that the page makes, each to its own server. A refusal becomes an error whose message a person can read. */

/** A call was refused or could not be made. */
export class CallFailed extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The simulated Calendar; `path` comes after `/calendar/v3/`, its parts encoded. */
export function calendarApi(method, path, { query = {}, body, etag } = {}) {
  const search = new URLSearchParams(query);
  return call(method, `/console/calendar/v3/${path}?${search}`, body, etag === undefined ? {} : { 'if-match': etag });
}

/** The service's manage API; `path` comes after `/v1/calendars`. */
export function manageApi(method, path, body) {
  return call(method, `/console/manage/v1/calendars${path}`, body);
}

/** The part of the manage API about users who connect; `path` comes after `/v1/connections`. */
export function connectionsApi(method, path, body) {
  return call(method, `/console/manage/v1/connections${path}`, body);
}

/** An action of the sandbox. */
export function act(name, body = {}) {
  return call('POST', `/console/actions/${name}`, body);
}

/** What the add-on puts into the event: Calendar's own call of it when a person chooses a conference. */
export async function addConference(calendarId, eventId, solutionName) {
  const wish = { calendarId, eventId, solutionName };
  const { conferenceData } = await call('POST', '/console/add-on/conferences', wish);
  return conferenceData;
}

/** The state of everything. */
export function readState() {
  return call('GET', '/console/state');
}

/** What was sent of a conference, newest first. */
export function deliveriesOf(conferenceId) {
  return call('GET', `/console/deliveries?${new URLSearchParams({ conferenceId })}`);
}

/** A delivery as a command line, signed now. */
export function deliveryCurl(id) {
  return call('GET', `/console/deliveries/${id}/curl`);
}

/** The events path of a calendar. */
export function eventsPath(calendarId, eventId) {
  const path = `calendars/${encodeURIComponent(calendarId)}/events`;
  return eventId === undefined ? path : `${path}/${encodeURIComponent(eventId)}`;
}

async function call(method, address, body, headers = {}) {
  let answer;
  try {
    answer = await fetch(address, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new CallFailed(0, 'The sandbox does not answer.');
  }
  const text = await answer.text();
  if (answer.ok) return text === '' ? null : JSON.parse(text);
  throw new CallFailed(answer.status, wordsOf(answer.status, text));
}

function wordsOf(status, text) {
  try {
    const { error, detail, title } = JSON.parse(text);
    return error?.message ?? detail ?? title ?? `Refused with ${status}.`;
  } catch {
    return `Refused with ${status}.`;
  }
}
