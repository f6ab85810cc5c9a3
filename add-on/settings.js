/** The settings page, which the company's server shows. */

/** Named in the manifest: https://developers.google.com/workspace/add-ons/calendar/conferencing/add-settings */
function createSettingsUrl() {
  try {
    // A link that is good for a few minutes says who the person is, so that the page needs no login of its own.
    return askServer('settings-links', {}).url;
  } catch (error) {
    console.error('no settings link was made: %s', error.message);
    return `${CONFIG.serverUrl}settings`;
  }
}
