/**
 * Stands between the Pub/Sub emulator and the two workers: chooses one at random, doubles, delays and so reorders messages, and loses
 * acknowledgements. The emulator knows subscription filters and does not apply them, so the address says which lane is meant.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeployedFunction } from '../deployed/deployed-function.ts';
import type { Random } from '../simulation/random.ts';
import type { ChaosTally } from './tally.ts';

/** See the file's head. */
export class PushFront {
  readonly #workers: readonly DeployedFunction[];
  readonly #random: Random;
  readonly #tally: ChaosTally;
  readonly #server: Server;
  isFaulty = true;
  url = '';

  private constructor(workers: readonly DeployedFunction[], random: Random, tally: ChaosTally) {
    this.#workers = workers;
    this.#random = random;
    this.#tally = tally;
    this.#server = createServer((request, response) => {
      void this.#deliver(request).then((status) => response.writeHead(status).end());
    });
  }

  static async start(workers: readonly DeployedFunction[], random: Random, tally: ChaosTally): Promise<PushFront> {
    const front = new PushFront(workers, random, tally);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    const address = front.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    front.url = `http://127.0.0.1:${address.port}`;
    return front;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Never rejects. */
  async #deliver(request: IncomingMessage): Promise<number> {
    try {
      const body = await textOf(request);
      const lane: unknown = JSON.parse(body)?.message?.attributes?.lane;
      if (lane !== new URL(request.url ?? '/', 'http://front').searchParams.get('lane')) return 204;
      if (this.#strikes(0.1, 'messages delayed')) await sleep(this.#random.between(100, 3_000));
      const copies = this.#strikes(0.1, 'messages doubled') ? 2 : 1;
      const sent = Array.from({ length: copies }, () => this.#pass(body));
      const [status = 503] = await Promise.all(sent);
      return this.#strikes(0.05, 'acknowledgements lost') ? 503 : status;
    } catch {
      return 503;
    }
  }

  async #pass(body: string): Promise<number> {
    const worker = this.#random.pick(this.#workers);
    if (worker === undefined) return 503;
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(worker.url, { method: 'POST', headers, body, signal: AbortSignal.timeout(60_000) });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 503;
    }
  }

  #strikes(probability: number, kind: string): boolean {
    if (!this.isFaulty || !this.#random.happens(probability)) return false;
    this.#tally.fault(kind);
    return true;
  }
}

/** The whole body. */
export async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}
