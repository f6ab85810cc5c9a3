/** A receiver of a few lines that keeps every rule but one. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { listen, type Served } from '../../listen.ts';

/** The mistakes that people make. */
export type Defect =
  | 'applies what is not signed'
  | 'knows no age'
  | 'takes the first signature alone'
  | 'signs what it parsed'
  | 'knows no revision'
  | 'refuses repetitions'
  | 'never revives'
  | 'forgets occurrences when the series moves'
  | 'cancels the series with its occurrence'
  | 'compares originalStart as text'
  | 'refuses unknown fields'
  | 'refuses unknown words'
  | 'refuses unknown types'
  | 'has room for 100 kB'
  | 'answers one at a time'
  | 'dies of a hang-up'
  | 'answers with a page'
  | 'knows occurrences by a time alone'
  | 'calls what is not signed with its key a bad request';

interface Kept {
  readonly revision: number;
  readonly state: 'active' | 'cancelled';
  readonly title?: unknown;
  readonly start?: unknown;
  readonly occurrences: readonly Readonly<Record<string, unknown>>[];
}

/** The receiver's key. */
export const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const SLOW_MS = 80;
/** The one that the other checks give; of calendars nothing is made here. */
const REASON = 'event_deleted';
const FIELDS = ['type', 'timestamp', 'data'];

/** Starts it. POST anywhere delivers; GET /ID reads. */
export async function startReceiver(defect?: Defect, port = 0): Promise<Served> {
  const kept = new Map<string, Kept>();
  let busy = Promise.resolve();
  const server = createServer((request, response) => {
    void (request.method === 'GET' ? show(request, response) : take(request, response)).catch(() => {
      if (defect === 'dies of a hang-up') server.close().closeAllConnections();
    });
  });
  return listen(server, port);

  async function show({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = kept.get(decodeURIComponent(url.slice(1)));
    response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? {}));
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const body = Buffer.concat(parts).toString();
    if (defect === 'answers one at a time') {
      busy = busy.then(() => new Promise((resolve) => setTimeout(resolve, SLOW_MS)));
      await busy;
    }
    if (defect === 'has room for 100 kB' && body.length > 100_000) return void response.writeHead(413).end();
    if (!isVerified(request, body)) {
      const isBadRequest = defect === 'calls what is not signed with its key a bad request';
      return void response.writeHead(isBadRequest ? 400 : 401).end();
    }
    const status = statusOf(body);
    if (defect === 'answers with a page') return void response.writeHead(200).end('<html></html>');
    response.writeHead(status).end();
  }

  function statusOf(body: string): number {
    try {
      return apply(JSON.parse(body));
    } catch {
      return 500;
    }
  }

  function isVerified({ headers }: IncomingMessage, body: string): boolean {
    if (defect === 'applies what is not signed') return true;
    const signed: Record<string, string> = {};
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) signed[name] = String(headers[name]);
    if (defect === 'takes the first signature alone') {
      signed['webhook-signature'] = signed['webhook-signature']?.split(' ')[0] ?? '';
    }
    const key = new Webhook(SECRET);
    const text = defect === 'signs what it parsed' ? JSON.stringify(JSON.parse(body)) : body;
    if (defect === 'knows no age') {
      const at = new Date(Number(signed['webhook-timestamp']) * 1_000);
      return signed['webhook-signature']?.split(' ').includes(key.sign(signed['webhook-id'] ?? '', at, text)) === true;
    }
    try {
      key.verify(text, signed);
      return true;
    } catch {
      return false;
    }
  }

  function apply({ type, data, ...others }: { type: string; data: Record<string, unknown> }): number {
    if (defect === 'refuses unknown fields' && Object.keys(others).some((name) => !FIELDS.includes(name))) return 400;
    const { conferenceId, revision, event, occurrence, reason = REASON } = data;
    if (defect === 'refuses unknown words' && reason !== REASON) return 400;
    const id = String(conferenceId);
    const before: Kept = kept.get(id) ?? { revision: 0, state: 'active', occurrences: [] };
    const isOld = Number(revision) <= before.revision;
    if (isOld && defect === 'refuses repetitions') return 409;
    if (isOld && defect !== 'knows no revision') return 204;
    const after = { ...before, revision: Number(revision) };
    switch (type) {
      case 'conference.updated': {
        if (before.state === 'cancelled' && defect === 'never revives') return 204;
        const { title, start } = Object(event);
        const occurrences = defect === 'forgets occurrences when the series moves' ? [] : before.occurrences;
        kept.set(id, { ...after, state: 'active', title, start, occurrences });
        return 204;
      }
      case 'conference.cancelled':
        kept.set(id, { ...after, state: 'cancelled' });
        return 204;
      case 'conference.occurrence_updated':
      case 'conference.occurrence_cancelled': {
        const state = type.endsWith('updated') ? 'updated' : 'cancelled';
        if (state === 'cancelled' && defect === 'cancels the series with its occurrence') {
          kept.set(id, { ...after, state: 'cancelled' });
          return 204;
        }
        const name = nameOf(Object(occurrence));
        const others = before.occurrences.filter((one) => nameOf(one) !== name);
        kept.set(id, { ...after, occurrences: [...others, { ...Object(occurrence), state }] });
        return 204;
      }
      default:
        return defect === 'refuses unknown types' ? 400 : 204;
    }
  }

  function nameOf({ eventId, originalStart }: Readonly<Record<string, unknown>>): string {
    const { date, dateTime } = Object(originalStart);
    const isTimed = dateTime !== undefined || defect === 'knows occurrences by a time alone';
    if (!isTimed) return String(date ?? eventId);
    const text = String(dateTime);
    return defect === 'compares originalStart as text' ? text : new Date(text).toISOString();
  }
}
