/** Events as a calendar of an office holds them, in the shape of `events.list` items, about 1.2 kB each. */

const DAY_MS = 86_400_000;

/** The solution name that marks a conference as ours. */
export const SOLUTION_NAME = 'My Web Conference';

/** The id of a calendar of the benchmark. */
export function calendarIdOf(index: number): string {
  return `user${index}@example.com`;
}

/** The id of an event's conference. */
export function conferenceIdOf(calendar: number, event: number): string {
  return `conference-${calendar}-${event}`;
}

/** An event; another `edition` has another title and start. `isOurs` says whether our conference hangs on it. */
export function sampleEvent(calendar: number, event: number, edition: number, isOurs: boolean): object {
  const owner = calendarIdOf(calendar);
  const startMs = Date.now() + DAY_MS + (event % 1_000) * 1_800_000 + edition * 60_000;
  const id = `event${calendar}x${event}`;
  const at = (ms: number) => ({ dateTime: new Date(ms).toISOString(), timeZone: 'Europe/Berlin' });
  return {
    kind: 'calendar#event',
    etag: `"${3_400_000_000_000_000 + event * 1_000 + edition}"`,
    id,
    status: 'confirmed',
    htmlLink: `https://www.google.com/calendar/event?eid=${id}0123456789abcdef0123456789abcdef`,
    created: '2026-01-05T08:00:00.000Z',
    updated: new Date().toISOString(),
    summary: `Planning ${event}, edition ${edition}`,
    description:
      'Agenda: what was done, what is next, what stands in the way. Notes are taken in the usual document. '.repeat(3),
    location: 'Main building, second floor',
    creator: { email: owner, self: true },
    organizer: { email: owner, self: true },
    start: at(startMs),
    end: at(startMs + 1_800_000),
    iCalUID: `${id}@google.com`,
    sequence: edition,
    attendees: [
      { email: owner, organizer: true, self: true, responseStatus: 'accepted' },
      { email: 'bob@example.com', responseStatus: 'needsAction' },
      { email: 'carol@example.com', responseStatus: 'accepted' },
    ],
    reminders: { useDefault: true },
    eventType: 'default',
    ...(isOurs && {
      conferenceData: {
        conferenceId: conferenceIdOf(calendar, event),
        conferenceSolution: {
          name: SOLUTION_NAME,
          key: { type: 'addOn' },
          iconUri: 'https://conference.example.com/icon.png',
        },
        entryPoints: [{ entryPointType: 'video', uri: `https://conference.example.com/${calendar}/${event}` }],
        parameters: { addOnParameters: { parameters: { room: `room-${event}` } } },
      },
    }),
  };
}
