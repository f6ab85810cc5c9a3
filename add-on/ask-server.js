/**
 * Calls of the company's server. Each carries an ID token of the person, whose audience is the OAuth client of the script's project,
 * so that the server knows who asks without a secret between the two: docs/add-on.md says how it is checked.
 */

/** Posts JSON to a path below CONFIG.serverUrl and returns the answer's JSON. @throws ConferenceFailure */
function askServer(path, body, headers = {}) {
  const url = CONFIG.serverUrl + path;
  const idToken = ScriptApp.getIdentityToken();
  if (!idToken) {
    throw new ConferenceFailure('PERMANENT', 'Google gave no ID token: the scope openid must be in the manifest');
  }
  let response;
  try {
    response = UrlFetchApp.fetch(url, {
      method: 'post',
      contentType: 'application/json',
      payload: JSON.stringify(body),
      headers: { ...headers, Authorization: `Bearer ${idToken}` },
      muteHttpExceptions: true,
      followRedirects: false,
    });
  } catch (error) {
    // Out of reach, not in urlFetchWhitelist, or the user's quota of the day is used up: the text says which.
    throw new ConferenceFailure('TEMPORARY', `${url} could not be asked: ${error.message}`);
  }
  return readAnswer(url, response.getResponseCode(), response.getContentText());
}

function readAnswer(url, status, text) {
  const answer = parseObject(text);
  if (status === 200 || status === 201) {
    if (answer !== null) return answer;
    throw new ConferenceFailure(
      'UNKNOWN',
      `${url} answered ${status} with something other than a JSON object, such as a page for people: check CONFIG.serverUrl`,
    );
  }
  const { reason = 'no reason given', loginUrl } = answer || {};
  throw new ConferenceFailure(
    failureTypeOf(status, reason, loginUrl),
    `${url} answered ${status}: ${reason}`,
    loginUrl,
  );
}

function failureTypeOf(status, reason, loginUrl) {
  if (status === 401) return typeof loginUrl === 'string' ? 'AUTHENTICATION' : 'TEMPORARY';
  if (status === 403) return reason === 'solution_forbidden' ? 'CONFERENCE_SOLUTION_FORBIDDEN' : 'PERMISSION_DENIED';
  if (status === 409) return 'KEY_TAKEN';
  if (status === 408 || status === 429 || status >= 500) return 'TEMPORARY';
  return 'PERMANENT';
}

/** The object that the text holds as JSON; null where it holds none. */
function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
