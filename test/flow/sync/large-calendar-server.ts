/** A process of its own: a simulated calendar of as many events as its first argument says, over HTTP; GET /listCalls counts. */
import { createServer } from 'node:http';
import { calendarListener } from '../../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';

const HOUR = 3_600_000;
/** One event in so many carries a conference. */
const CONFERENCE_EVERY = 200;

const calendar = new SimulatedCalendar({ now: Date.now });
let listCalls = 0;

function eventsOf(count: number): unknown[] {
  const from = Date.now() + HOUR;
  return Array.from({ length: count }, (_, index) => ({
    id: `event${String(index).padStart(7, '0')}`,
    status: 'confirmed',
    summary: `Event ${index}`,
    description: 'What is to be spoken of, in a few words more than a title. '.repeat(6),
    start: { dateTime: new Date(from + index * 60_000).toISOString(), timeZone: 'UTC' },
    end: { dateTime: new Date(from + index * 60_000 + HOUR).toISOString(), timeZone: 'UTC' },
    ...(index % CONFERENCE_EVERY === 0 && {
      conferenceData: {
        conferenceId: `c-${index}`,
        conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
        entryPoints: [{ entryPointType: 'video', uri: `https://meet.example.com/${index}` }],
      },
    }),
  }));
}

for (const [id, count] of [
  ['small@example.com', 5_000],
  ['large@example.com', Number(process.argv[2])],
] as const) {
  calendar.addCalendar(id);
  calendar.load(id, eventsOf(count));
}

const listener = calendarListener(calendar);
const server = createServer(async (request, response) => {
  if (request.url === '/listCalls') {
    response.end(String(listCalls));
    return;
  }
  if (/large%40example.com\/events\?/.test(request.url ?? '')) listCalls++;
  if (!(await listener(request, response))) response.writeHead(404).end();
}).listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') process.send?.({ port: address.port });
});
