/**
 * The side of the terminal that is not the result: progress, remarks, questions. All of it goes to standard error, so that the result
 * alone stands on standard output.
 */
import { UsageError } from './errors.ts';
import type { Paint } from './paint.ts';

/** How the person wants to be asked. */
export interface Mode {
  readonly isDryRun: boolean;
  /** Answered beforehand, for scripts. */
  readonly isAgreed: boolean;
  readonly isJson: boolean;
}

/** Where a screen writes and reads. */
export interface Terminal {
  /** Standard error is a terminal: progress may be drawn. */
  readonly canDraw: boolean;
  /** Somebody sits there to answer. */
  readonly canAsk: boolean;
  write(text: string): void;
  /** The line that was typed. */
  ask(question: string): Promise<string>;
  /** Tells of Ctrl-C, in place of the end of the process, until the returned function is called. */
  onInterrupt(tell: () => void): () => void;
}

/** What comes of a plan: carried out, only shown, or nothing to do. */
export type Consent = 'go' | 'dry-run' | 'declined' | 'nothing';

const BAR_WIDTH = 24;

/** See the file's head. */
export class Screen {
  readonly mode: Mode;
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  #isBarOpen = false;

  constructor(terminal: Terminal, mode: Mode, paint: Paint) {
    this.#terminal = terminal;
    this.mode = mode;
    this.#paint = paint;
  }

  /** A remark on a line of its own. */
  note(line: string): void {
    this.#closeBar();
    this.#terminal.write(`${line}\n`);
  }

  /** How far a long work has come; drawn only on a terminal. Without a total the count alone is shown. */
  progress(label: string, done: number, total: number | null): void {
    if (!this.#terminal.canDraw) return;
    const share = total === null || total === 0 ? null : Math.min(1, done / total);
    const filled = Math.round((share ?? 0) * BAR_WIDTH);
    const bar = share === null ? '' : ` [${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
    const counts = total === null ? String(done) : `${done}/${total}`;
    this.#terminal.write(`\r\u001B[2K${label}${bar} ${counts}`);
    this.#isBarOpen = true;
    if (share === 1) this.#closeBar();
  }

  /** Takes the progress away again. */
  clear(): void {
    if (this.#isBarOpen) this.#terminal.write('\r\u001B[2K');
    this.#isBarOpen = false;
  }

  /**
   * Asks before something changes. `what` completes "This will ..." and names the number of things.
   * @throws UsageError where nobody can be asked and nobody has agreed beforehand
   */
  async agree(what: string, count: number): Promise<Consent> {
    this.clear();
    if (count === 0) return 'nothing';
    if (this.mode.isDryRun) return 'dry-run';
    if (this.mode.isAgreed) return 'go';
    if (!this.#terminal.canAsk) {
      throw new UsageError(
        `this would ${what}, and nobody is there to be asked`,
        'add --yes to do it, or --dry-run to see what it would be',
      );
    }
    const answer = await this.#terminal.ask(`This will ${this.#paint('strong', what)}. Go on? [y/N] `);
    return /^y(es)?$/i.test(answer.trim()) ? 'go' : 'declined';
  }

  /** Work that stops by itself at the next good place after Ctrl-C. */
  async untilInterrupted<Result>(work: (isInterrupted: () => boolean) => Promise<Result>): Promise<Result> {
    let isInterrupted = false;
    const stopListening = this.#terminal.onInterrupt(() => {
      isInterrupted = true;
    });
    try {
      return await work(() => isInterrupted);
    } finally {
      stopListening();
    }
  }

  #closeBar(): void {
    if (this.#isBarOpen) this.#terminal.write('\n');
    this.#isBarOpen = false;
  }
}
