/**
 * Lines for standard output, those of one turn of the event loop in one piece: each write is a system call that the process waits for.
 * What is not written yet when the process exits is written then.
 *
 * Such a piece belongs to no request, and is written outside of any: on Google's platform (LOG_EXECUTION_ID=true) the functions framework
 * takes each write of a request for one entry, and would put several lines into one text that has lost its severity and its fields
 * (https://github.com/GoogleCloudPlatform/functions-framework-nodejs/blob/main/src/logger.ts, getModifiedData).
 */
import { AsyncResource } from 'node:async_hooks';

/** Takes one line of text, without its end; `write` must have written when it returns. Made before the first request. */
export function linePrinter(write: (text: string) => unknown): (line: string) => void {
  let text = '';
  const flush = AsyncResource.bind((): void => {
    const lines = text;
    text = '';
    if (lines !== '') write(lines);
  });
  process.on('exit', flush);
  return (line) => {
    if (text === '') setImmediate(flush);
    text += `${line}\n`;
  };
}
