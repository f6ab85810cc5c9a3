/** One of the two that are asked: it sends the steps, remembers what later ones name, and can take away what it made. */
import type { Answer } from './differences.ts';
import type { Step } from './series.ts';

/** Nobody waits longer for an answer. */
const ANSWER_MS_MAX = 30_000;

/** See the file's head. */
export class Side {
  readonly #root: string;
  readonly #token: string;
  readonly #known: Map<string, string>;
  readonly #made = new Set<string>();

  /** `root` is the address before `/calendar/v3/`. */
  constructor(root: string, token: string, calendar: string) {
    this.#root = root;
    this.#token = token;
    this.#known = new Map([['calendar', calendar]]);
  }

  /** @throws Error where there is no answer in time, or it is not JSON */
  async ask({ method, path, ifMatch, body, keep = {} }: Step): Promise<Answer> {
    const text = body === undefined ? undefined : this.#filled(JSON.stringify(body), (value) => value);
    const answer = await fetch(`${this.#root}/calendar/v3/${this.#filled(path, encodeURIComponent)}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': this.#filled(ifMatch, (value) => value) }),
      },
      ...(text !== undefined && { body: text }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const answered = await answer.text();
    const parsed: unknown = answered === '' ? undefined : JSON.parse(answered);
    for (const [name, member] of Object.entries(keep)) this.#known.set(name, String(Object(parsed)[member] ?? ''));
    if (method === 'POST' && answer.status === 200 && path.endsWith('/events'))
      this.#made.add(String(Object(parsed).id));
    return { status: answer.status, body: parsed };
  }

  /** Deletes every event that it made; returns how many could not be. */
  async clean(): Promise<number> {
    let left = 0;
    for (const id of this.#made) {
      const path = `calendars/{calendar}/events/${encodeURIComponent(id)}`;
      const { status } = await this.ask({ name: 'clean', method: 'DELETE', path }).catch(() => ({ status: 0 }));
      if (![204, 404, 410].includes(status)) left++;
    }
    return left;
  }

  #filled(text: string, written: (value: string) => string): string {
    return text.replace(/\{(\w+)\}/g, (_, name: string) => written(this.#known.get(name) ?? ''));
  }
}
