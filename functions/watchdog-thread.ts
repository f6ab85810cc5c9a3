/** What the thread of the watchdog runs. It is handed over as text, so that the function may use nothing but what stands in it. */

/** What the thread is told at its start. */
export interface WatchTerms {
  readonly beatMs: number;
  /** Beats of its own without one of the event loop's, after which that is held. */
  readonly silentBeatsMax: number;
  readonly stackMs: number;
}

/**
 * Waits for messages of the event loop: the line to write should it fall silent, or null while there is nothing to watch over. Beats are
 * counted and not read off a clock: an instance that the platform freezes between requests wakes up with both threads late.
 */
export function holdWatch({ beatMs, silentBeatsMax, stackMs }: WatchTerms): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { writeSync } = process.getBuiltinModule('node:fs');
  const { Session } = process.getBuiltinModule('node:inspector');
  let line: string | null = null;
  let silentBeats = 0;

  parentPort?.on('message', (text: string | null) => {
    line = text;
    silentBeats = 0;
  });
  const beats = setInterval(() => {
    silentBeats++;
    if (line === null || silentBeats < silentBeatsMax) return;
    clearInterval(beats);
    const entry: Record<string, unknown> = JSON.parse(line);
    setTimeout(() => end(entry), stackMs);
    readStack((stack) => end({ ...entry, stack_trace: `${String(entry.error)}: the event loop is held\n${stack}` }));
  }, beatMs);

  function end(entry: object): void {
    // Past the loop, which would have to pass on what is written otherwise.
    writeSync(1, `${JSON.stringify(entry)}\n`);
    process.kill(process.pid, 'SIGKILL');
  }

  /** The debugger stops even a loop without end, and tells where. */
  function readStack(give: (stack: string) => void): void {
    const session = new Session();
    const files = new Map<string, string>();
    session.connectToMainThread();
    session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url));
    session.on('Debugger.paused', ({ params }) => {
      const frames = params.callFrames.map(({ functionName, location }) => {
        const { scriptId, lineNumber, columnNumber = 0 } = location;
        return `    at ${functionName || '<anonymous>'} (${files.get(scriptId)}:${lineNumber + 1}:${columnNumber + 1})`;
      });
      give(frames.join('\n'));
    });
    session.post('Debugger.enable');
    session.post('Debugger.pause');
  }
}
