/**
 * Requests for conferences that have not been answered yet, in the user's properties. Their keys make a second try of the same
 * person, for the same event, find what the first has made. One that nobody comes back to is dropped after two days: by then the
 * service has ended a conference that was announced for it.
 */
const REQUEST_PREFIX = 'conference-request ';
const REQUEST_KEPT_MS = 2 * 24 * 60 * 60 * 1000;

/** The open request for this place, or a new one. @throws ConferenceFailure where it cannot be written down */
function openRequest({ calendarId, eventId, solutionId, user }) {
  try {
    const known = openRequests().find(
      (open) => open.calendarId === calendarId && open.eventId === eventId && open.solutionId === solutionId,
    );
    return known || saveRequest({ calendarId, eventId, solutionId, user, key: Utilities.getUuid() });
  } catch (error) {
    throw new ConferenceFailure('TEMPORARY', `the request could not be written down first: ${error.message}`);
  }
}

/** The same request under another key. */
function renewKey(request) {
  closeRequest(request);
  return saveRequest({ ...request, key: Utilities.getUuid() });
}

/** It has been answered; the next one for this event is another. One that stays open by mistake finds its conference again. */
function closeRequest({ key }) {
  try {
    PropertiesService.getUserProperties().deleteProperty(REQUEST_PREFIX + key);
  } catch (error) {
    console.error('a request that was answered stays open: %s', error.message);
  }
}

/** All of the user's. */
function openRequests() {
  const properties = PropertiesService.getUserProperties();
  const requests = [];
  for (const [name, value] of Object.entries(properties.getProperties())) {
    if (!name.startsWith(REQUEST_PREFIX)) continue;
    const { at, ...request } = JSON.parse(value);
    if (Date.now() - at < REQUEST_KEPT_MS) requests.push(request);
    else properties.deleteProperty(name);
  }
  return requests;
}

function saveRequest(request) {
  const value = JSON.stringify({ ...request, at: Date.now() });
  PropertiesService.getUserProperties().setProperty(REQUEST_PREFIX + request.key, value);
  return request;
}
