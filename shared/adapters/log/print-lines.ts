/**
 * Lines for standard output, those of one turn of the event loop in one piece: each write is a system call that the process waits for.
 * What is not written yet when the process exits is written then.
 */

/** Takes one line of text, without its end; `write` must have written when it returns. */
export function linePrinter(write: (text: string) => unknown): (line: string) => void {
  let text = '';
  const flush = (): void => {
    const lines = text;
    text = '';
    if (lines !== '') write(lines);
  };
  process.on('exit', flush);
  return (line) => {
    if (text === '') setImmediate(flush);
    text += `${line}\n`;
  };
}
