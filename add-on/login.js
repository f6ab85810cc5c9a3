/** The way to the company's login and back. */

/**
 * The login address with `return_to`, where the login sends the person's browser when it is done. The address is good for an hour, and
 * for the Google account that was asked to sign in:
 * https://developers.google.com/apps-script/reference/script/state-token-builder
 */
function withWayBack(loginUrl) {
  const state = ScriptApp.newStateToken().withMethod('finishLogin').withTimeout(3600).createToken();
  const wayBack = `https://script.google.com/macros/d/${ScriptApp.getScriptId()}/usercallback?state=${encodeURIComponent(state)}`;
  return `${loginUrl}${loginUrl.includes('?') ? '&' : '?'}return_to=${encodeURIComponent(wayBack)}`;
}

/**
 * Named in the state token: what the browser shows at the end of a login. A login that was a connection of the calendar says with
 * `connection` how it ended: docs/connect.md.
 * @param request `{parameter}`, the query of the way back
 */
function finishLogin(request) {
  const { connection = 'connected' } = request?.parameter ?? {};
  if (connection === 'connected') {
    return HtmlService.createHtmlOutput(
      '<p>You are signed in. Close this window, and choose the conference in your event again.</p><script>window.top.close()</script>',
    );
  }
  const said =
    connection === 'denied'
      ? 'You did not let us read your calendar, so the conference could not follow your event.'
      : 'Your calendar could not be connected.';
  return HtmlService.createHtmlOutput(`<p>${said} To try again, choose the conference in your event once more.</p>`);
}
