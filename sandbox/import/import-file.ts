/**
 * A file with events, for `npm start -- --import FILE`: iCalendar or recorded Calendar API JSON, told apart by what is
 * in it, not by its name.
 */
import { readFile, stat } from 'node:fs/promises';
import { decodeText } from './decode-text.ts';
import { type ImportedEvents, NotImportable } from './imported-events.ts';
import { readEventsJson } from './read-events-json.ts';
import { type IcsOptions, readIcs } from './read-ics.ts';

/** The largest file that is read. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The events of a file. `options` concern iCalendar files only.
 * @throws NotImportable with a plain sentence for a file that is missing, unreadable, empty, too large or something else
 */
export async function importFile(path: string, options: IcsOptions = {}): Promise<ImportedEvents> {
  const { text, problem } = decodeText(await readBounded(path));
  const trimmed = text.replace(/^\uFEFF/, '').trimStart();
  if (trimmed === '') throw new NotImportable(`${path} is empty.`);
  const { events, problems } = readAs(trimmed, path, options);
  return { events, problems: problem === null ? problems : [problem, ...problems] };
}

function readAs(text: string, path: string, options: IcsOptions): ImportedEvents {
  try {
    if (/^[[{]/.test(text)) return readEventsJson(text);
    // Some exports put a comment or a mail header before the calendar.
    if (/^BEGIN:\s*VCALENDAR\s*$/im.test(text)) return readIcs(text, options);
  } catch (error) {
    if (error instanceof NotImportable) throw new NotImportable(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
  throw new NotImportable(`${path} is neither an iCalendar file nor JSON from the Calendar API.`);
}

/** The file is looked at before it is opened, because opening a pipe waits for its writer. */
async function readBounded(path: string): Promise<Buffer> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new NotImportable(`${path} is not a file.`);
    if (stats.size === 0) throw new NotImportable(`${path} is empty.`);
    if (stats.size > FILE_BYTES_MAX) {
      throw new NotImportable(`${path} is larger than ${FILE_BYTES_MAX / 1024 / 1024} MiB.`);
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof NotImportable) throw cause;
    throw new NotImportable(failure(path, codeOf(cause)), { cause });
  }
}

function failure(path: string, code: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${path} does not exist.`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read: permission denied.`;
    default:
      return `${path} cannot be read (${code}).`;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
}
