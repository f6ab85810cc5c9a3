/** A line between two processes of the benchmark: each end answers questions of the other. Whoever is left alone ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** The questions that one end answers: name, input, result. */
export type Answers = { readonly [name: string]: (input: never) => unknown };

interface Port {
  send(message: unknown): void;
  onMessage(listener: (message: Message) => void): void;
}

type Message =
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly text: string };

/** One end of a line, for asking the other. */
export class Line<Theirs extends Answers> {
  readonly #port: Port;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #asked = 0;

  constructor(port: Port, ours: Answers) {
    this.#port = port;
    port.onMessage((message) => this.#take(message, ours));
  }

  /** Asks one question. @throws Error with the text of what the other end threw, or if it ended */
  async ask<Name extends keyof Theirs & string>(
    name: Name,
    input: Parameters<Theirs[Name]>[0],
  ): Promise<Awaited<ReturnType<Theirs[Name]>>> {
    const id = ++this.#asked;
    const value = await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.send({ kind: 'ask', id, name, input });
    });
    // Both ends are of one program, and the name says what the answer is.
    return value as Awaited<ReturnType<Theirs[Name]>>;
  }

  /** Nobody will answer any more. */
  break(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the other process ended'));
    this.#waiting.clear();
  }

  #take(message: Message, ours: Answers): void {
    if (message.kind === 'ask') {
      void this.#answer(message, ours);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'value') waiting?.resolve(message.value);
    else waiting?.reject(new Error(message.text));
  }

  async #answer({ id, name, input }: Message & { kind: 'ask' }, ours: Answers): Promise<void> {
    try {
      const value = await ours[name]?.(
        // The name says what the input is; see ask.
        input as never,
      );
      this.#port.send({ kind: 'value', id, value });
    } catch (error) {
      this.#port.send({
        kind: 'error',
        id,
        text: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }
}

/** A process that was started here. */
export class StartedProcess<Theirs extends Answers> {
  readonly line: Line<Theirs>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ours: Answers) {
    this.#child = child;
    const send = (message: unknown): void => {
      if (child.connected) child.send(message as object, () => undefined);
    };
    this.line = new Line({ send, onMessage: (listener) => child.on('message', listener) }, ours);
    child.once('exit', () => this.line.break());
  }

  /** Starts `file` of the folder `processes` and waits until it answers. */
  static async start<Theirs extends Answers>(
    file: string,
    ours: Answers = {},
    execArgv: readonly string[] = [],
  ): Promise<StartedProcess<Theirs>> {
    const child = fork(`${import.meta.dirname}/${file}`, {
      serialization: 'advanced',
      execArgv: [...execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const started = new StartedProcess<Theirs>(child, ours);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error(`${file} ended while it started`);
      }),
    ]);
    return started;
  }

  /** Ends it at once, as a crash does; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Takes up the line of a process that was started with `StartedProcess.start`; the process ends with its starter. */
export function lineToStarter<Theirs extends Answers>(ours: Answers): Line<Theirs> {
  process.once('disconnect', () => process.exit());
  const line = new Line<Theirs>(
    {
      send: (message) => void process.send?.(message),
      onMessage: (listener) => void process.on('message', listener),
    },
    ours,
  );
  process.send?.({ kind: 'value', id: 0, value: 'ready' });
  return line;
}
