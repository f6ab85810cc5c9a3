/** The content lines of an iCalendar text: unfolded (RFC 5545, 3.1), whatever the line ends, and bounded in length. */

/** One unfolded line. */
export interface ContentLine {
  /** Number of its first line in the file, from 1. */
  readonly number: number;
  readonly text: string;
  /** The line is longer than LINE_CHARS_MAX; `text` is a part of it, its name at the front. */
  readonly isOverlong: boolean;
}

/** The longest line that is read, unfolded, in characters. */
export const LINE_CHARS_MAX = 1_048_576;

/** The unfolded lines one by one; blank ones are left out. */
export function* contentLines(text: string): Generator<ContentLine> {
  let pieces: string[] = [];
  let chars = 0;
  let first = 1;
  let number = 0;
  for (const line of physicalLines(text)) {
    number++;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      chars += line.length - 1;
      if (chars <= LINE_CHARS_MAX) pieces.push(line.slice(1));
      continue;
    }
    yield* finished(pieces, chars, first);
    pieces = [line.slice(0, LINE_CHARS_MAX)];
    chars = line.length;
    first = number;
  }
  yield* finished(pieces, chars, first);
}

function* finished(pieces: readonly string[], chars: number, number: number): Generator<ContentLine> {
  const text = pieces.join('');
  if (text.trim() !== '') yield { number, text, isOverlong: chars > LINE_CHARS_MAX };
}

function* physicalLines(text: string): Generator<string> {
  const lineEnd = /\r\n|\n|\r/g;
  let start = 0;
  for (let end = lineEnd.exec(text); end !== null; end = lineEnd.exec(text)) {
    yield text.slice(start, end.index);
    start = lineEnd.lastIndex;
  }
  yield text.slice(start);
}
