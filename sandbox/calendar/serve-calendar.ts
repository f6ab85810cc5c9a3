/**
 * The simulated Calendar over HTTP, as a listener that another node:http server mounts:
 *   /calendar/v3/...       the Calendar API
 *   GET /calendar/faults   {"rules": [FaultRule...], "settings": {...}, "channels": [...]}
 *   POST /calendar/faults  {"rules": [...]} replaces the rules ([] is ordinary behaviour), "add": [...] adds to them,
 *                          "settings": {...} changes settings, "expireSyncTokens": true or [calendarId...];
 *                          answers as GET does
 * A rule: {"kind": "error", "error": "rateLimitExceeded", "method": "GET", "path": "/events$", "next": 3};
 * fault-rules.ts has all.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../read-body.ts';
import { MalformedFaults, readFaults } from './faults/read-faults.ts';
import type { SimulatedCalendar } from './simulated-calendar.ts';
import type { CalendarAnswer } from './wire/answers.ts';
import { ApiError } from './wire/api-error.ts';
import type { CalendarRequest } from './wire/requests.ts';

/** A real event has at most a few hundred kilobytes. */
const BODY_BYTES_MAX = 2_097_152;

/**
 * Answers a request below `/calendar/v3` or at `/calendar/faults` and says true; says false, and touches nothing, for
 * any other path.
 */
export type CalendarListener = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** Hears of each call of the API with its answer, those included that the Calendar never saw. */
export type AnswerObserver = (request: CalendarRequest, answer: CalendarAnswer) => void;

/** The listener over the given Calendar. It never rejects. */
export function calendarListener(calendar: SimulatedCalendar, observe?: AnswerObserver): CalendarListener {
  return (request, response) => {
    const target = request.url ?? '';
    const end = target.indexOf('?');
    const path = end < 0 ? target : target.slice(0, end);
    if (path !== '/calendar/faults' && !path.startsWith('/calendar/v3/')) return false;
    const search = end < 0 ? '' : target.slice(end + 1);
    return answerRequest({ calendar, observe }, path, search, request, response);
  };
}

interface Served {
  readonly calendar: SimulatedCalendar;
  readonly observe: AnswerObserver | undefined;
}

async function answerRequest(
  served: Served,
  path: string,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<true> {
  let answer: CalendarAnswer;
  try {
    const body = hasBody(request) ? await readBody(request, BODY_BYTES_MAX) : '';
    answer = body === undefined ? tooLarge() : answerTo(served, path, search, request, body);
  } catch {
    // The caller went away while his request was read, or the simulator has a bug: better no answer than a wrong one.
    response.destroy();
    return true;
  }
  write(answer, response);
  return true;
}

function answerTo(
  { calendar, observe }: Served,
  path: string,
  search: string,
  request: IncomingMessage,
  text: string,
): CalendarAnswer {
  const method = request.method ?? 'GET';
  const call: CalendarRequest = { method, path, query: new URLSearchParams(search), headers: request.headers };
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    const answer = new ApiError(400, 'global', 'parseError', 'Parse Error').answer();
    observe?.({ ...call, body: text }, answer);
    return answer;
  }
  if (path === '/calendar/faults') return answerFaults(calendar, method, body);
  const answer = calendar.handle({ ...call, body });
  observe?.({ ...call, body }, answer);
  return answer;
}

function answerFaults(calendar: SimulatedCalendar, method: string, body: unknown): CalendarAnswer {
  if (method !== 'GET' && method !== 'POST') {
    const answer = problem(405, 'Method Not Allowed', 'Only GET and POST are understood here.');
    return { ...answer, headers: { ...answer.headers, allow: 'GET, POST' } };
  }
  if (method === 'POST') {
    try {
      applyFaults(calendar, body);
    } catch (error) {
      if (error instanceof MalformedFaults) return problem(400, 'Bad Request', `${error.message}.`);
      throw error;
    }
  }
  const { faults, settings } = calendar;
  const state = { rules: faults.list(), settings, channels: calendar.openChannels() };
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: state };
}

function applyFaults(calendar: SimulatedCalendar, body: unknown): void {
  const { rules, add, settings, expireSyncTokens } = readFaults(body);
  if (rules !== undefined) calendar.faults.set(rules);
  for (const rule of add) calendar.faults.add(rule);
  calendar.configure(settings);
  if (expireSyncTokens === 'all') calendar.expireSyncTokens();
  else for (const id of expireSyncTokens) calendar.expireSyncTokens(id);
}

function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The answer closes the connection, because the rest of the body is not read. */
function tooLarge(): CalendarAnswer {
  const answer = new ApiError(413, 'global', 'uploadTooLarge', 'Request Too Large').answer();
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

function problem(status: number, title: string, detail: string): CalendarAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: { type: 'about:blank', title, status, detail },
  };
}

function write({ status, headers, body }: CalendarAnswer, response: ServerResponse): void {
  if (body === undefined) {
    response.writeHead(status, { ...headers });
    response.end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(text)) });
  response.end(text);
}
