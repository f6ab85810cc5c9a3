/**
 * The control of faults over HTTP:
 *   GET /calendar/faults   {"rules": [FaultRule...], "settings": {...}, "channels": [...]}
 *   POST /calendar/faults  {"rules": [...]} replaces the rules ([] is ordinary behaviour), "add": [...] adds to them,
 *                          "settings": {...} changes settings, "expireSyncTokens": true or [calendarId...];
 *                          answers as GET does
 * A rule: {"kind": "error", "error": "rateLimitExceeded", "method": "GET", "path": "/events$", "next": 3};
 * fault-rules.ts has all.
 */
import { MalformedFaults, readFaults } from './faults/read-faults.ts';
import type { SimulatedCalendar } from './simulated-calendar.ts';
import type { CalendarAnswer } from './wire/answers.ts';

/** Answers a request at `/calendar/faults`, whose body is parsed. */
export function answerFaults(calendar: SimulatedCalendar, method: string, body: unknown): CalendarAnswer {
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

function problem(status: number, title: string, detail: string): CalendarAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: { type: 'about:blank', title, status, detail },
  };
}
