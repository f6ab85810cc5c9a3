/**
 * Google Calendar and the conference system as the functions meet them over HTTP: simulated, slow, hanging, failing, cut off. Watches
 * what may never be sent.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { calendarListener } from '../../sandbox/calendar/serve-calendar.ts';
import type { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import type { SimulatedConferences } from '../../sandbox/conference/simulated-conferences.ts';
import type { Random } from '../simulation/random.ts';
import { textOf } from './push-front.ts';
import type { ChaosTally } from './tally.ts';

/** What it is made of. */
export interface OutsideParts {
  readonly calendar: SimulatedCalendar;
  readonly conferences: SimulatedConferences;
  readonly random: Random;
  readonly tally: ChaosTally;
  /** Called as a cancellation arrives, before anything becomes of it. */
  readonly onCancellation: (conferenceId: string) => void;
}

/** See the file's head. */
export class Outside {
  readonly #parts: OutsideParts;
  readonly #server: Server;
  isFaulty = true;
  /** The network to the conference system. */
  isConferenceCut = false;
  url = '';

  private constructor(parts: OutsideParts) {
    this.#parts = parts;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(parts: OutsideParts): Promise<Outside> {
    const outside = new Outside(parts);
    outside.#server.listen(0, '127.0.0.1');
    await once(outside.#server, 'listening');
    const address = outside.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    outside.url = `http://127.0.0.1:${address.port}`;
    return outside;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith('/conference/webhook') === true) await this.#asConference(request, response);
    else await this.#asGoogle(request, response);
  }

  async #asGoogle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { calendar, random, tally } = this.#parts;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://google');
    if (request.method === 'GET' && pathname.endsWith('/events') && !searchParams.has('pageToken')) tally.listCalls++;
    if (request.method === 'PATCH') {
      tally.writes++;
      if (request.headers['if-match'] === undefined) tally.violation('an event was written to without If-Match');
      if (searchParams.get('sendUpdates') !== 'none') tally.violation('a write of ours told the guests');
    }
    if (this.#strikes(0.04, 'answers of Google slow')) await sleep(random.between(200, 2_500));
    if (this.#strikes(0.04, 'errors of Google')) {
      const reason = random.pick(['backendError', 'rateLimitExceeded'] as const) ?? 'backendError';
      const code = reason === 'backendError' ? 503 : 403;
      const error = { code, message: reason, errors: [{ domain: 'usageLimits', reason, message: reason }] };
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      return;
    }
    if (this.#strikes(0.03, 'answers of Google lost')) {
      response.end = () => response.destroy();
    }
    if (!(await calendarListener(calendar)(request, response))) response.writeHead(404).end();
  }

  async #asConference(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { conferences, random, tally, onCancellation } = this.#parts;
    if (this.isConferenceCut) return void response.destroy();
    const body = await textOf(request);
    tally.deliveries++;
    const change: { type: string; data: { conferenceId: string } } = JSON.parse(body);
    if (change.type === 'conference.cancelled') onCancellation(change.data.conferenceId);
    if (this.#strikes(0.08, 'deliveries slow')) await sleep(random.between(200, 2_500));
    if (this.#strikes(0.05, 'deliveries refused for now')) return void response.writeHead(503).end();
    if (this.#strikes(0.03, 'deliveries hanging')) {
      // Half of them were taken.
      if (random.happens(0.5)) conferences.receive({ headers: request.headers, body });
      await sleep(random.between(2_000, 6_000));
      return void response.destroy();
    }
    const answer = conferences.receive({ headers: request.headers, body });
    if (this.#strikes(0.04, 'answers of the conference system lost')) return void response.destroy();
    const wish =
      answer.status === 200 && random.happens(0.1) ? JSON.stringify({ eventPatch: { colorId: '5' } }) : answer.body;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(wish);
  }

  #strikes(probability: number, kind: string): boolean {
    if (!this.isFaulty || !this.#parts.random.happens(probability)) return false;
    this.#parts.tally.fault(kind);
    return true;
  }
}
