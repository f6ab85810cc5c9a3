/**
 * Makes the README's picture: runs the sandbox, fills a week, loses a notification, and takes a picture while one event is out of step.
 * `node scripts/picture-of-sandbox.ts [FILE]`, by default docs/console.png. It needs a Chromium, like screenshot-console.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { hourOf, send, takePicture } from './take-picture.ts';

const ALICE = 'alice@example.com';
const FIRST_PORT = 18_080;
const DAY_MS = 24 * 3_600_000;
/** Long enough for the calendar's first listing, and for every change but the lost one to arrive. */
const SETTLE_MS = 4_000;

await takePicture(FIRST_PORT, 'console.png', [], async ({ console, manage }) => {
  await send('PUT', `${manage}/v1/calendars/${ALICE}`, { subject: ALICE });
  await sleep(SETTLE_MS);
  await meet(console, 0, 10, 'Planning', ['RRULE:FREQ=DAILY;COUNT=5']);
  await meet(console, 1, 13, 'Interview');
  const review = await meet(console, 2, 14, 'Review');
  await meet(console, 3, 15, 'Retrospective');
  await sleep(SETTLE_MS);
  await send('POST', `${console}/calendar/faults`, { add: [{ kind: 'dropNotification', next: 1 }] });
  await send('PATCH', eventsUrl(console, `/${review}`), { ...times(2, 12), summary: 'Review with Bob' });
});

/** An hour on a day of this week, Monday being 0; returns the event's id. */
async function meet(
  console: string,
  day: number,
  hour: number,
  summary: string,
  recurrence?: readonly string[],
): Promise<string> {
  const conferenceId = `c-${summary.toLowerCase()}`;
  const answer = await send('POST', eventsUrl(console, ''), {
    summary,
    ...times(day, hour),
    ...(recurrence !== undefined && { recurrence }),
    conferenceData: {
      conferenceId,
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video', uri: `https://meet.example.com/${conferenceId}` }],
    },
  });
  return String(Object.getOwnPropertyDescriptor(answer, 'id')?.value);
}

function times(day: number, hour: number): object {
  const today = new Date();
  const monday = today.setUTCHours(0, 0, 0, 0) - ((today.getUTCDay() + 6) % 7) * DAY_MS;
  return hourOf(monday + day * DAY_MS, hour);
}

function eventsUrl(console: string, path: string): string {
  return `${console}/calendar/v3/calendars/${ALICE}/events${path}?conferenceDataVersion=1`;
}
