/**
 * Google in a process of its own: the simulated Calendar over HTTP, its push sender where it is wanted, and the simulated
 * conference system beside it. Counts what it is asked.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { startPushSender } from '../../../sandbox/calendar/push/push-sender.ts';
import { calendarListener } from '../../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { conferenceListener } from '../../../sandbox/conference/serve-conferences.ts';
import { SimulatedConferences } from '../../../sandbox/conference/simulated-conferences.ts';
import { calendarIdOf, conferenceIdOf, sampleEvent } from '../world/sample-events.ts';
import { WEBHOOK_SECRET } from '../world/terms.ts';
import { lineToStarter } from './line.ts';

/** Events of many calendars; every `oursEvery`-th one has a conference of ours, beginning with the first; null for none. */
export interface Filling {
  readonly calendars: number;
  /** Number of the first one; default 0. */
  readonly first?: number;
  readonly events: number;
  readonly oursEvery: number | null;
}

/** What this process answers. */
export type GoogleAnswers = {
  readonly address: (input: null) => string;
  readonly fill: (filling: Filling) => void;
  /** A new edition of one event in each of these calendars. */
  readonly edit: (edit: { from: number; to: number; event: number; edition: number; isOurs: boolean }) => void;
  /** List calls since the last time this was asked. */
  readonly listCalls: (input: null) => number;
  readonly sendPushes: (input: null) => void;
  /** From each edit that the conference system has applied since the last time to that moment; milliseconds. */
  readonly latencies: (input: null) => readonly number[];
};

const calendar = new SimulatedCalendar({ now: Date.now, autoCreate: true });
const conferences = new SimulatedConferences({ secrets: [WEBHOOK_SECRET], now: Date.now });
const listeners = [calendarListener(calendar), conferenceListener(conferences)];
let listCalls = 0;
let latencies: number[] = [];
const editedAt = new Map<string, number>();
conferences.onChange(({ id }) => {
  const since = editedAt.get(id);
  if (since !== undefined) latencies.push(performance.now() - since);
  editedAt.delete(id);
});

const server = createServer(async (request, response) => {
  if (request.method === 'GET' && /\/events\?/.test(request.url ?? '')) listCalls++;
  for (const listener of listeners) if (await listener(request, response)) return;
  response.writeHead(404).end();
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const answers: GoogleAnswers = {
  address() {
    const at = server.address();
    return `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`;
  },
  fill({ calendars, first = 0, events, oursEvery }) {
    for (let index = first; index < first + calendars; index++) {
      calendar.addCalendar(calendarIdOf(index));
      // In pieces: a hundred thousand events at once would be three copies of them.
      for (let event = 0; event < events; event++) {
        calendar.load(calendarIdOf(index), [
          sampleEvent(index, event, 0, oursEvery !== null && event % oursEvery === 0),
        ]);
      }
    }
  },
  edit({ from, to, event, edition, isOurs }) {
    for (let index = from; index < to; index++) {
      editedAt.set(conferenceIdOf(index, event), performance.now());
      calendar.load(calendarIdOf(index), [sampleEvent(index, event, edition, isOurs)]);
    }
  },
  listCalls() {
    const count = listCalls;
    listCalls = 0;
    return count;
  },
  sendPushes() {
    startPushSender(calendar);
  },
  latencies() {
    const seen = latencies;
    latencies = [];
    return seen;
  },
};
lineToStarter(answers);
