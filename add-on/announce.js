/**
 * Telling the service of a conference from the script, for companies without a server that can: see CONFIG.announceFromScript. Both
 * calls may be repeated, and are cheap: docs/add-on.md.
 */

/** Has the calendar watched, and binds the conference to the event. @throws Error unless both are done */
function announceConference({ calendarId, eventId, user }, conferenceId) {
  followCalendarFromScript(calendarId, user);
  manage(`${calendarPath(calendarId)}/bindings/${encodeURIComponent(eventId)}`, { conferenceId });
}

/** Has the calendar watched. @throws Error unless it is done */
function followCalendarFromScript(calendarId, user) {
  manage(calendarPath(calendarId), { subject: user });
}

function calendarPath(calendarId) {
  return `/v1/calendars/${encodeURIComponent(calendarId)}`;
}

/** One PUT to the manage API. A token that has expired in between is replaced once. */
function manage(path, body) {
  let status = put(path, body, readIdToken());
  if (status === 401) status = put(path, body, makeIdToken());
  if (status !== 200 && status !== 201) throw new Error(`manage-calendars answered ${status} for ${path}`);
}

function put(path, body, token) {
  // Some addresses that end in z are answered by Google and never arrive.
  const address = CONFIG.announceFromScript.manageUrl + path.replace(/z$/, 'z/');
  const response = UrlFetchApp.fetch(address, {
    method: 'put',
    contentType: 'application/json',
    payload: JSON.stringify(body),
    headers: { Authorization: `Bearer ${token}` },
    muteHttpExceptions: true,
  });
  return response.getResponseCode();
}

/** The token that is kept for less than the hour that it is good for. */
function readIdToken() {
  return CacheService.getUserCache().get('manage-id-token') || makeIdToken();
}

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken */
function makeIdToken() {
  const { manageUrl, caller } = CONFIG.announceFromScript;
  const account = encodeURIComponent(caller);
  const response = UrlFetchApp.fetch(
    `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateIdToken`,
    {
      method: 'post',
      contentType: 'application/json',
      payload: JSON.stringify({ audience: manageUrl, includeEmail: true }),
      headers: { Authorization: `Bearer ${ScriptApp.getOAuthToken()}` },
    },
  );
  const { token } = JSON.parse(response.getContentText());
  CacheService.getUserCache().put('manage-id-token', token, 45 * 60);
  return token;
}
