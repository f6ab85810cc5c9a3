/**
 * Makes the picture of docs/add-on.md: runs the sandbox, lets the add-on make a conference for an event, and opens the event's dialog.
 * `node scripts/picture-of-add-on.ts [FILE]`, by default docs/add-on.png. It needs a Chromium, like screenshot-console.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { hourOf, send, takePicture } from './take-picture.ts';

const ALICE = 'alice@example.com';
const EVENT = 'p1a2n3n4i5n6g7000000000000';
const FIRST_PORT = 18_180;
/** Long enough for the conference to reach its system. */
const SETTLE_MS = 3_000;

await takePicture(FIRST_PORT, 'add-on.png', ['--open', 'Planning'], async ({ console }) => {
  const wish = { calendarId: ALICE, eventId: EVENT, solutionName: 'My Web Conference' };
  const added = await send('POST', `${console}/console/add-on/conferences`, wish);
  await send('POST', `${console}/calendar/v3/calendars/${ALICE}/events?conferenceDataVersion=1`, {
    id: EVENT,
    summary: 'Planning',
    ...hourOf(new Date().setUTCHours(0, 0, 0, 0), 10),
    ...added,
  });
  await sleep(SETTLE_MS);
});
