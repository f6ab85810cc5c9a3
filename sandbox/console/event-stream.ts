/**
 * Server-sent events with numbers. A page that lost its connection gets what it missed from a bounded history; where the history
 * does not reach back so far, it is told to load the state anew.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import type { ServerResponse } from 'node:http';

const HISTORY_MAX = 1_000;
const CLIENTS_MAX = 32;

interface Entry {
  readonly id: number;
  readonly frame: string;
}

/** See the head of this file. */
export class EventStream {
  readonly #clients = new Set<ServerResponse>();
  #history: Entry[] = [];
  #lastId: number;

  /** @param firstId the number before the first event; a start in time keeps a restarted server from reusing numbers */
  constructor(firstId: number) {
    this.#lastId = firstId;
  }

  /** The number of the last event sent. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Whether anybody listens. */
  get hasClients(): boolean {
    return this.#clients.size > 0;
  }

  /** Sends an event of this type to everybody and keeps it. */
  send(type: string, data: unknown): void {
    const id = ++this.#lastId;
    const frame = `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#history.push({ id, frame });
    if (this.#history.length > HISTORY_MAX) this.#history = this.#history.slice(-HISTORY_MAX);
    for (const client of this.#clients) client.write(frame);
  }

  /** Turns the answer into a stream that begins after the event of this number. Says false if too many listen already. */
  open(response: ServerResponse, after: number | undefined): boolean {
    if (this.#clients.size >= CLIENTS_MAX) return false;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    response.write(`retry: 1000\n\n${this.#since(after)}`);
    this.#clients.add(response);
    response.once('close', () => this.#clients.delete(response));
    return true;
  }

  /** Tells proxies and dead sockets apart from a quiet stream. */
  ping(): void {
    for (const client of this.#clients) client.write(': ping\n\n');
  }

  /** Ends every stream. */
  close(): void {
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #since(after: number | undefined): string {
    if (after === undefined || after === this.#lastId) return '';
    const oldest = this.#history[0]?.id ?? this.#lastId + 1;
    if (after > this.#lastId || after < oldest - 1) return 'event: reload\ndata: {}\n\n';
    return this.#history
      .filter(({ id }) => id > after)
      .map(({ frame }) => frame)
      .join('');
  }
}
