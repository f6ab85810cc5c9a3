import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FILE_BYTES_MAX, importFile } from '../../../sandbox/import/import-file.ts';
import { NotImportable } from '../../../sandbox/import/imported-events.ts';
import { calendar, vevent } from './ics-text.ts';

const ICS = calendar(vevent('DTSTART:20270120T090000', 'SUMMARY:Überblick'));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('the kind of a file is told by its content', () => {
  test('iCalendar under any name', async () => {
    const path = await file('calendar.json', `\n\n${ICS}`);
    const { events, problems } = await importFile(path, { calendarZone: 'Asia/Tokyo' });
    expect(events).toMatchObject([{ summary: 'Überblick', start: { timeZone: 'Asia/Tokyo' } }]);
    expect(problems).toEqual([]);
  });

  test('JSON under any name', async () => {
    const path = await file('events.ics', '  {"items":[{"id":"abcde"}]}');
    expect((await importFile(path)).events).toEqual([{ id: 'abcde' }]);
  });

  test('iCalendar below lines of something else', async () => {
    const path = await file('mail.txt', `Subject: x\r\n\r\n${ICS}`);
    expect((await importFile(path)).events).toHaveLength(1);
  });
});

describe('the encoding of a file is told by its bytes', () => {
  const utf16be = Buffer.from(`\uFEFF${ICS}`, 'utf16le').swap16();
  const cases: [string, Buffer, number][] = [
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${ICS}`), 0],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${ICS}`, 'utf16le'), 0],
    ['UTF-16, big end first', utf16be, 0],
    ['UTF-8 folded within a letter', foldedWithinLetter(), 0],
    ['Windows-1252, which is a guess and told', Buffer.from(ICS, 'latin1'), 1],
  ];
  test.each(cases)('%s', async (_name, bytes, problemCount) => {
    const { events, problems } = await importFile(await file('encoded', bytes));
    expect(events).toMatchObject([{ summary: 'Überblick' }]);
    expect(problems).toHaveLength(problemCount);
  });

  function foldedWithinLetter(): Buffer {
    const bytes = Buffer.from(ICS);
    const at = bytes.indexOf(0xc3) + 1;
    return Buffer.concat([bytes.subarray(0, at), Buffer.from('\r\n '), bytes.subarray(at)]);
  }
});

describe('a file that cannot be imported is refused with a sentence that says why:', () => {
  async function reason(path: string): Promise<string> {
    const error: unknown = await importFile(path).catch((thrown: unknown) => thrown);
    if (!(error instanceof NotImportable)) throw new Error('it was not refused');
    return error.message.replace(folder, 'FOLDER');
  }

  test('missing', async () => {
    expect(await reason(join(folder, 'none'))).toBe('FOLDER/none does not exist.');
    expect(await reason(join(await file('plain', 'x'), 'below'))).toBe('FOLDER/plain/below does not exist.');
  });

  test('a folder', async () => {
    await mkdir(join(folder, 'sub'));
    expect(await reason(join(folder, 'sub'))).toBe('FOLDER/sub is not a file.');
  });

  test('a pipe, without waiting for its writer', async () => {
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await reason(join(folder, 'pipe'))).toBe('FOLDER/pipe is not a file.');
  });

  test('empty or blank', async () => {
    expect(await reason(await file('empty', ''))).toBe('FOLDER/empty is empty.');
    expect(await reason(await file('blank', '\uFEFF \r\n\t'))).toBe('FOLDER/blank is empty.');
  });

  test('too large, without reading it', async () => {
    const path = await file('large', '');
    await truncate(path, FILE_BYTES_MAX + 1);
    expect(await reason(path)).toBe('FOLDER/large is larger than 64 MiB.');
  });

  test('unreadable', async () => {
    expect(await reason('/proc/self/mem')).toMatch(/is empty|cannot be read|does not exist/);
    expect(await reason(`${folder}/${'n'.repeat(300)}`)).toContain('cannot be read (ENAMETOOLONG)');
    expect(await reason(`${folder}/nul\0byte`)).toContain('cannot be read (ERR_INVALID_ARG_VALUE)');
  });

  test('something else', async () => {
    for (const content of ['hello', 'BEGIN:VCARD\r\nEND:VCARD', Buffer.from([0x1f, 0x8b, 8, 0]), '<html></html>']) {
      expect(await reason(await file('other', content))).toBe(
        'FOLDER/other is neither an iCalendar file nor JSON from the Calendar API.',
      );
    }
  });

  test('broken JSON, with its name', async () => {
    expect(await reason(await file('broken', '{"items":'))).toMatch(/^FOLDER\/broken: The file is not JSON/);
  });
});
