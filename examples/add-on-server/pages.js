/** What people see in their browsers. */

const WORDS = {
  link_is_too_old: 'This link is too old. Go back to your event, choose the conference again, and use the new link.',
  return_to_is_not_the_add_on:
    'This link does not lead back to the add-on. Go back to your event and choose the conference again.',
};
const OTHER_WORDS = 'Something does not work just now. Try again in a few minutes.';

function page(content) {
  return `<!doctype html><html lang="en"><title>Web Conference</title><h1>Web Conference</h1>${content}</html>`;
}

/** The settings page as HTML. The form posts to the page's own address, whose query is the link. */
export function settingsPage(calendars) {
  if (calendars.length === 0) return page('<p>None of your calendars is followed.</p>');
  const list = calendars.map((calendarId) => `<li>${escaped(calendarId)}</li>`).join('');
  const button = '<form method="post"><button>Stop following my calendars</button></form>';
  return page(`<p>Followed:</p><ul>${list}</ul>${button}`);
}

/** What did not work, for a reason of this server's. */
export function troublePage(reason) {
  return page(`<p>${WORDS[reason] ?? OTHER_WORDS}</p>`);
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
