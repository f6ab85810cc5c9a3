/** The text of a file's bytes, whatever program wrote it. */

/** A text and, where its encoding had to be guessed, a sentence that says so. */
export interface DecodedText {
  readonly text: string;
  readonly problem: string | null;
}

/** Decodes UTF-8, UTF-16 by its byte order mark, and else Windows-1252, which takes any byte. */
export function decodeText(bytes: Buffer): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: decode(bytes, 'utf-16le'), problem: null };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: decode(bytes, 'utf-16be'), problem: null };
  const utf8 = utf8Text(bytes) ?? utf8Text(unfolded(bytes));
  if (utf8 !== null) return { text: utf8, problem: null };
  return {
    text: decode(bytes, 'windows-1252'),
    problem: 'The file is not UTF-8; it was read as Windows-1252, so some letters may be wrong.',
  };
}

function utf8Text(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** iCalendar folds lines by bytes, and simple writers fold in the middle of a letter (RFC 5545, 3.1 warns of it). */
function unfolded(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n[ \t]/g, ''), 'latin1');
}

function decode(bytes: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}
