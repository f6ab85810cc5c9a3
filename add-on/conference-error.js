/** Failures as Calendar shows them. A person sees a sentence of Calendar's for the type; the log of the script has ours. */

/**
 * `type` is one of https://developers.google.com/apps-script/reference/conference-data/conference-error-type, or KEY_TAKEN, which
 * never leaves the script. `loginUrl` belongs to AUTHENTICATION.
 */
class ConferenceFailure extends Error {
  constructor(type, message, loginUrl) {
    super(message);
    this.type = type;
    this.loginUrl = loginUrl;
  }
}

/** Whatever was thrown, as ConferenceData. Never throws. */
function buildConferenceError(thrown) {
  const failure = thrown instanceof ConferenceFailure ? thrown : new ConferenceFailure('UNKNOWN', String(thrown));
  console.error('no conference was made (%s): %s', failure.type, failure.message);
  const { ConferenceErrorType } = ConferenceDataService;
  const error = ConferenceDataService.newConferenceError();
  try {
    error.setConferenceErrorType(ConferenceErrorType[failure.type] || ConferenceErrorType.TEMPORARY);
    if (failure.type === 'AUTHENTICATION') error.setAuthenticationUrl(withWayBack(failure.loginUrl));
  } catch (refusal) {
    console.error('the login address %s is not taken: %s', failure.loginUrl, refusal.message);
    error.setConferenceErrorType(ConferenceErrorType.PERMANENT);
  }
  return ConferenceDataService.newConferenceDataBuilder().setError(error).build();
}
