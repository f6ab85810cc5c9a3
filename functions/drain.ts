/**
 * Going down without dropping a request. The functions framework answers one request with 500 on SIGTERM and drops the rest, so its
 * listener is replaced by this one. Cloud Run kills ten seconds after SIGTERM; by then everything is answered and the process gone.
 */
import type { Server, ServerResponse } from 'node:http';

/** What is still waited for then is given up, so that there is time to write down how far it came. */
const CUT_OFF_MS = 4_500;
/** What is still under way then is answered for: whoever asked is to ask again. */
const DRAIN_MS = 7_500;
/** For that answer to leave. */
const LEAVING_MS = 100;

/** The state of this process as the use cases' ports see it. */
export interface ShutdownSignal {
  isStopping(): boolean;
  /** Calls back once when the process begins to go down, or at once if it does already; the returned function takes that back. */
  onStopping(callback: () => void): () => void;
  /** The same for the moment from which nothing slow may be waited for any more. */
  onCutOff(callback: () => void): () => void;
}

/** A moment that comes at most once. Listeners leave when they are done, so that a long life collects none. */
class Moment {
  #hasCome = false;
  readonly #callbacks = new Set<() => void>();

  get hasCome(): boolean {
    return this.#hasCome;
  }

  come(): void {
    this.#hasCome = true;
    for (const callback of this.#callbacks) callback();
    this.#callbacks.clear();
  }

  on(callback: () => void): () => void {
    if (this.#hasCome) callback();
    else this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }
}

/** See the file's head. One for the process. */
export class Drain implements ShutdownSignal {
  readonly #stopping = new Moment();
  readonly #cutOff = new Moment();
  /** Answers that have not left yet. */
  readonly #open = new Set<ServerResponse>();
  /** One listener for all of them, since every request of the receiver pays for its own. */
  readonly #onClose: (this: ServerResponse) => void;
  #server: Server | undefined;

  constructor() {
    const drain = this;
    this.#onClose = function () {
      drain.#open.delete(this);
      if (drain.isStopping()) drain.#endWhenIdle();
    };
  }

  isStopping(): boolean {
    return this.#stopping.hasCome;
  }

  onStopping(callback: () => void): () => void {
    return this.#stopping.on(callback);
  }

  onCutOff(callback: () => void): () => void {
    return this.#cutOff.on(callback);
  }

  /**
   * Closes the server when the process goes down. Called with the first request, not before: the framework adds its listeners for the
   * signals when it begins to listen, and until then nothing can be dropped.
   */
  watch(server: Server): void {
    this.#server = server;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.removeAllListeners(signal);
      process.once(signal, () => this.#stop());
    }
  }

  /** Waits for this answer before the process ends. Called as soon as its request begins to arrive. */
  waitFor(response: ServerResponse): void {
    this.#open.add(response);
    if (this.isStopping()) closeAfter(response);
    response.on('close', this.#onClose);
  }

  #stop(): void {
    setTimeout(() => this.#cutOff.come(), CUT_OFF_MS);
    setTimeout(() => this.#giveUp(), DRAIN_MS);
    // New connections are refused from here on; requests that come through the open ones are still answered.
    this.#server?.close(end);
    for (const response of this.#open) closeAfter(response);
    this.#stopping.come();
    this.#endWhenIdle();
  }

  /** Such as where the database does not answer. Without an answer the framework would give one of them a 500, and the others none. */
  #giveUp(): void {
    for (const response of this.#open) {
      if (!response.headersSent) response.writeHead(503, { connection: 'close', 'content-length': '0' }).end();
    }
    setTimeout(end, LEAVING_MS);
  }

  #endWhenIdle(): void {
    if (this.#open.size > 0) return;
    this.#server?.closeIdleConnections();
    // A request may just be coming in; if none is, this is the end.
    setTimeout(() => {
      if (this.#open.size === 0) end();
    }, LEAVING_MS);
  }
}

function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

function end(): void {
  process.exit(0);
}
