/**
 * The company's server as the sandbox plays it: it makes one conference for a key, and announces it to the service before it answers. It
 * says nothing of an add-on's user but what his ID token says; docs/add-on.md has the whole of what such a server answers.
 */
import { randomUUID } from 'node:crypto';
import type { FetchedAnswer } from '../apps-script/script-messages.ts';
import type { FetchRequest } from '../apps-script/script-services.ts';

/** What the tokens of the sandbox begin with; the person's address follows. */
export const TOKEN_PREFIX = 'sandbox-id-token-of-';

const DEADLINE_MS = 10_000;

/** See the file's head. */
export class Vendor {
  readonly #manageOrigin: string;
  readonly #conferences = new Map<string, string>();

  /** @param manageOrigin where manage-calendars is served */
  constructor(manageOrigin: string) {
    this.#manageOrigin = manageOrigin;
  }

  /** Answers a request of the add-on. */
  async exchange({ url, headers, body }: FetchRequest): Promise<FetchedAnswer> {
    const { pathname } = new URL(url);
    const user = /^Bearer sandbox-id-token-of-(.+)$/.exec(headers.authorization ?? '')?.[1];
    if (user === undefined) return json(401, { reason: 'token_refused' });
    if (!pathname.endsWith('/conferences')) return json(404, { reason: 'no_such_address' });
    const { calendarId, eventId }: { calendarId: string; eventId: string } = JSON.parse(body ?? '{}');
    const conferenceId = this.#make(headers['idempotency-key'] ?? '');
    if (!(await this.#announce(calendarId, eventId, user, conferenceId))) return json(503, { reason: 'not_announced' });
    return json(200, conferenceOf(conferenceId));
  }

  #make(key: string): string {
    const known = this.#conferences.get(key);
    if (known !== undefined) return known;
    const made = `c-${randomUUID().slice(0, 8)}`;
    this.#conferences.set(key, made);
    return made;
  }

  async #announce(calendarId: string, eventId: string, subject: string, conferenceId: string): Promise<boolean> {
    const calendar = `/v1/calendars/${encodeURIComponent(calendarId)}`;
    return (
      (await this.#put(calendar, { subject })) &&
      (await this.#put(`${calendar}/bindings/${encodeURIComponent(eventId)}`, { conferenceId }))
    );
  }

  async #put(path: string, body: object): Promise<boolean> {
    try {
      const answer = await fetch(this.#manageOrigin + path, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      return answer.ok;
    } catch {
      return false;
    }
  }
}

function conferenceOf(conferenceId: string): object {
  const uri = `https://meet.example.com/${conferenceId}`;
  return {
    conferenceId,
    entryPoints: [
      { type: 'video', uri },
      { type: 'phone', uri: 'tel:+4930901820', pin: '4711', regionCode: 'DE' },
      { type: 'more', uri: `${uri}/dial-in` },
    ],
  };
}

function json(status: number, body: object): FetchedAnswer {
  return { status, body: JSON.stringify(body) };
}
