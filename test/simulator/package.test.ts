/** The packed simulator in an empty folder: by import and by require, with Google's own client, its types, and its program. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Installed, installSimulator } from './installed-simulator.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** What is promised is 300 ms; the bound leaves room for a machine that does other things too. */
const READY_MS_MAX = 3_000;

let installed: Installed;
beforeAll(() => {
  installed = installSimulator();
}, 120_000);
afterAll(() => installed?.remove());

const DRIVE = `
async function drive(start, api) {
  const simulator = await start({ clock: '2027-01-20T09:00:00Z' });
  const calendar = api({ version: 'v3', rootUrl: simulator.url + '/', headers: { authorization: 'Bearer ya29.anything' } });
  const times = { start: { dateTime: '2027-02-01T10:00:00Z' }, end: { dateTime: '2027-02-01T11:00:00Z' } };
  const { data: made } = await calendar.events.insert({ calendarId: 'primary', requestBody: { summary: 'Talk', ...times } });
  const { data: list } = await calendar.events.list({ calendarId: 'primary' });
  const unknown = await calendar.events.list({ calendarId: 'nobody@example.com' }).catch(({ status }) => status);
  await simulator.close();
  console.log(JSON.stringify([made.organizer.email, list.items.length, typeof list.nextSyncToken, made.created, unknown]));
}`;
const DRIVEN = '["alice@example.com",1,"string","2027-01-20T09:00:00.000Z",404]\n';

describe('installed from its tarball', () => {
  test('is driven by googleapis as an ES module', () => {
    const run = installed.run(
      'drive.mjs',
      `import { start } from 'calendar-conference-sync-simulator';
      import { calendar } from 'googleapis/build/src/apis/calendar/index.js';${DRIVE}
      await drive(start, calendar);`,
    );
    expect([run.stderr, run.stdout]).toEqual(['', DRIVEN]);
  });

  test('is driven by googleapis from CommonJS', () => {
    const run = installed.run(
      'drive.cjs',
      `const { start } = require('calendar-conference-sync-simulator');
      const { calendar } = require('googleapis/build/src/apis/calendar');${DRIVE}
      void drive(start, calendar);`,
    );
    expect([run.stderr, run.stdout]).toEqual(['', DRIVEN]);
  });

  test('has types for both', () => {
    const text = `import { start, type Simulator } from 'calendar-conference-sync-simulator';
export async function use(): Promise<number> {
  const simulator: Simulator = await start({ port: 0, seed: { calendars: [{ id: 'a@example.com', timeZone: 'Europe/Berlin' }] } });
  simulator.calendar.faults.add({ kind: 'error', error: 'backendError', next: 1 });
  simulator.oauth.grants.revokeUser('a@example.com');
  // @ts-expect-error: a port is a number
  await start({ port: 'x' });
  await simulator.close();
  return simulator.port;
}
`;
    for (const name of ['use.mts', 'use.cts']) writeFileSync(join(installed.folder, name), text);
    const args = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      'node',
      '--typeRoots',
    ];
    const run = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), ...args, join(ROOT, 'node_modules/@types'), 'use.mts', 'use.cts'],
      { cwd: installed.folder, encoding: 'utf8' },
    );
    expect(run.stdout + run.stderr).toBe('');
  });

  test('answers soon after it is started, and ends on a signal', async () => {
    const begun = performance.now();
    const program = spawn(process.execPath, [installed.program, '--port', '0']);
    const address = await addressOf(program);
    const ready = performance.now() - begun;
    process.stdout.write(`simulator ready in ${Math.round(ready)} ms\n`);
    const answer = await fetch(`${address}users/me/calendarList`);
    program.kill('SIGTERM');
    const [code] = await once(program, 'exit');
    expect([answer.status, code]).toEqual([200, 0]);
    expect(ready).toBeLessThan(READY_MS_MAX);
  });

  test.each([
    [['--port', '99999'], '--port has to be a whole number'],
    [['--seed', 'nowhere.json'], 'nowhere.json cannot be read'],
    [['--clock', 'noon'], 'The clock cannot stand at noon'],
    [['--import', 'nowhere.ics'], 'nowhere.ics does not exist'],
    [['--colour'], "Unknown option '--colour'"],
  ])('%j is refused in words', (args, words) => {
    const run = spawnSync(process.execPath, [installed.program, ...args], { cwd: installed.folder, encoding: 'utf8' });
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(run.status).not.toBe(0);
  });
});

/** The address that the program prints once it answers. */
async function addressOf(program: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of program.stdout ?? []) {
    text += String(chunk);
    const address = /Calendar API\s+(\S+)/.exec(text)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`it ended without an address: ${text}`);
}
