/** Webhooks as the service sends them, for tests of the simulated conference system. */
import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** A secret of the ring. */
export const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
/** An older secret of the ring. */
export const OLD_SECRET = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;

/** A `conference.updated` body; `event` and `data` replace single fields. */
export function updated(revision: number, event: object = {}, data: object = {}): object {
  return {
    type: 'conference.updated',
    timestamp: '2027-01-20T09:00:00.000Z',
    data: {
      conferenceId: 'c-1',
      revision,
      calendarId: 'alice@example.com',
      eventId: 'e1',
      changed: ['title'],
      event: {
        title: 'Plan',
        description: null,
        location: 'Room 4',
        start: { dateTime: '2027-01-21T09:00:00+01:00', timeZone: 'Europe/Berlin' },
        end: { dateTime: '2027-01-21T10:00:00+01:00', timeZone: 'Europe/Berlin' },
        recurrence: null,
        organizer: { email: 'alice@example.com' },
        visibility: 'default',
        parameters: {},
        ...event,
      },
      ...data,
    },
  };
}

/** A `conference.cancelled` body. */
export function cancelled(revision: number, data: object = {}): object {
  return {
    type: 'conference.cancelled',
    timestamp: '2027-01-20T09:00:00.000Z',
    data: {
      conferenceId: 'c-1',
      revision,
      calendarId: 'alice@example.com',
      eventId: 'e1',
      reason: 'event_deleted',
      ...data,
    },
  };
}

/** An `occurrence_updated` or `occurrence_cancelled` body for the occurrence of one day. */
export function occurrence(what: 'updated' | 'cancelled', revision: number, day: string, more: object = {}): object {
  return {
    type: `conference.occurrence_${what}`,
    timestamp: '2027-01-20T09:00:00.000Z',
    data: {
      conferenceId: 'c-1',
      revision,
      calendarId: 'alice@example.com',
      eventId: 'e1',
      ...(what === 'updated' ? { changed: ['start'] } : {}),
      occurrence: { eventId: `e1_${day}`, originalStart: { date: day }, ...more },
    },
  };
}

/** The delivery of a body, signed by the given secrets at the given time. */
export function signed(
  body: object,
  options: { id?: string; secrets?: readonly string[]; at?: Date } = {},
): { headers: Record<string, string>; body: string } {
  const text = JSON.stringify(body);
  const id = options.id ?? `msg_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  const at = options.at ?? new Date();
  const signatures = (options.secrets ?? [SECRET]).map((secret) => new Webhook(secret).sign(id, at, text));
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    },
    body: text,
  };
}
