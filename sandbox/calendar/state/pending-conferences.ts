/**
 * Meet conferences that were asked for with `createRequest`: pending at first, then there, or failed. There is no
 * timer: what has become due is settled when somebody next asks the calendar for anything, or says so.
 */

import { type JsonObject, objectAt, without } from '../wire/json.ts';
import type { Calendar } from './calendar.ts';
import { newMeetCode } from './identifiers.ts';

/** What conferences need to know of the world around them. */
interface Surroundings {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** 0 <= n < 1. */
  readonly random: () => number;
  /** Whether a conference that comes about in this calendar is to fail instead. */
  readonly fails: (calendar: Calendar) => boolean;
}

interface Pending {
  readonly dueAtMs: number;
  readonly calendar: Calendar;
  readonly eventId: string;
}

/** A conference that has come about, or not, as it is to be written into its event. */
export interface SettledConference {
  readonly calendar: Calendar;
  readonly eventId: string;
  readonly body: JsonObject;
}

/** The event with a new create request marked as pending; any other event as it is. */
export function markPending(body: JsonObject): JsonObject {
  const conference = objectAt(body, 'conferenceData');
  const request = objectAt(conference, 'createRequest');
  if (conference === undefined || request === undefined || objectAt(request, 'status') !== undefined) return body;
  const createRequest = { ...request, status: { statusCode: 'pending' } };
  return { ...without(body, 'hangoutLink'), conferenceData: { createRequest } };
}

/** Whether the event waits for a conference. */
export function isPending(body: JsonObject): boolean {
  const request = objectAt(objectAt(body, 'conferenceData'), 'createRequest');
  return objectAt(request, 'status')?.statusCode === 'pending';
}

/** See the head of this file. */
export class PendingConferences {
  readonly #surroundings: Surroundings;
  #pending: Pending[] = [];

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Remembers that the event waits. */
  add(calendar: Calendar, eventId: string, dueAtMs: number): void {
    this.#pending.push({ dueAtMs, calendar, eventId });
  }

  /** Takes what is due by now. */
  takeDue(): readonly SettledConference[] {
    if (this.#pending.length === 0) return [];
    const now = this.#surroundings.now();
    const due = this.#pending.filter(({ dueAtMs }) => dueAtMs <= now);
    if (due.length === 0) return [];
    this.#pending = this.#pending.filter(({ dueAtMs }) => dueAtMs > now);
    return due.flatMap(({ calendar, eventId }) => {
      const event = calendar.events.get(eventId);
      if (event === undefined || event.cancelled || !isPending(event.body)) return [];
      const body = settled(event.body, this.#surroundings.fails(calendar), this.#surroundings.random);
      return [{ calendar, eventId, body }];
    });
  }
}

function settled(body: JsonObject, hasFailed: boolean, random: () => number): JsonObject {
  const request = objectAt(objectAt(body, 'conferenceData'), 'createRequest') ?? {};
  const type = objectAt(request, 'conferenceSolutionKey')?.type ?? 'hangoutsMeet';
  // Meet is the only product that Google itself can make a conference of.
  if (hasFailed || type !== 'hangoutsMeet') {
    return { ...body, conferenceData: { createRequest: { ...request, status: { statusCode: 'failure' } } } };
  }
  const code = newMeetCode(random);
  const uri = `https://meet.google.com/${code}`;
  return {
    ...body,
    hangoutLink: uri,
    conferenceData: {
      createRequest: { ...request, status: { statusCode: 'success' } },
      entryPoints: [{ entryPointType: 'video', uri, label: `meet.google.com/${code}` }],
      conferenceSolution: {
        key: { type: 'hangoutsMeet' },
        name: 'Google Meet',
        iconUri:
          'https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet_2020q4_color_2x_web_512dp.png',
      },
      conferenceId: code,
    },
  };
}
