/** The way to the company's login and back. */

/**
 * The login address with `return_to`, where the login sends the person's browser when it is done. The address is good for an hour:
 * https://developers.google.com/apps-script/reference/script/state-token-builder
 */
function withWayBack(loginUrl) {
  const state = ScriptApp.newStateToken().withMethod('finishLogin').withTimeout(3600).createToken();
  const wayBack = `https://script.google.com/macros/d/${ScriptApp.getScriptId()}/usercallback?state=${encodeURIComponent(state)}`;
  return `${loginUrl}${loginUrl.includes('?') ? '&' : '?'}return_to=${encodeURIComponent(wayBack)}`;
}

/** Named in the state token: what the browser shows at the end of a login. Calendar then asks for the conference again. */
function finishLogin() {
  return HtmlService.createHtmlOutput(
    '<p>You are signed in. Close this window to go back to your event.</p><script>window.top.close()</script>',
  );
}
