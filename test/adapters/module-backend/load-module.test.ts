import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadModuleBackend } from '../../../shared/adapters/module-backend/load-module.ts';
import type { CalendarNotice } from '../../../shared/domain/delivery/change.ts';
import { CANCELLED } from '../webhook/changes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conference-module-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** Writes a module and gives its path. */
function written(source: string, ending = 'mjs'): string {
  const path = join(folder, `module-${++files}.${ending}`);
  writeFileSync(path, source);
  return path;
}

async function outcomeOf(body: string, timeoutMs = 1_000) {
  const backend = await loadModuleBackend(written(`export async function apply(change, context) { ${body} }`), {
    timeoutMs,
  });
  return backend.apply(CANCELLED);
}

describe('what counts as a module', () => {
  test.each([
    ['a named function', 'export function apply() { return { refused: "here" }; }', 'mjs'],
    ['a default function', 'export default () => ({ refused: "here" });', 'mjs'],
    ['a default object', 'export default { text: "here", apply() { return { refused: this.text }; } };', 'mjs'],
    [
      'a class instance',
      'class A { #text = "here"; apply() { return { refused: this.#text }; } } export default new A();',
      'mjs',
    ],
    ['a CommonJS function', 'module.exports = () => ({ refused: "here" });', 'cjs'],
    ['a CommonJS object', 'exports.apply = () => ({ refused: "here" });', 'cjs'],
    ['TypeScript', 'export function apply(change: { id: string }): object { return { refused: "here" }; }', 'mts'],
  ])('%s', async (_, source, ending) => {
    const backend = await loadModuleBackend(written(source, ending));
    expect(await backend.apply(CANCELLED)).toEqual({ kind: 'refused', reason: 'here' });
  });

  test('a missing file is said plainly', async () => {
    await expect(loadModuleBackend(join(folder, 'absent.mjs'))).rejects.toThrow(/absent\.mjs cannot be loaded/);
  });

  test('a file that does not parse is said plainly', async () => {
    await expect(loadModuleBackend(written('export {'))).rejects.toThrow(/cannot be loaded/);
  });

  test.each(['export const other = 1;', 'export const apply = 5;', 'export default {};', 'export default null;'])(
    'a module without apply is said plainly: %s',
    async (source) => {
      await expect(loadModuleBackend(written(source))).rejects.toThrow(/exports no function "apply"/);
    },
  );
});

describe('what a call means', () => {
  test.each<[string, unknown]>([
    ['', { kind: 'done' }],
    ['return null;', { kind: 'done' }],
    ['return { eventPatch: { location: "Room 1" } };', { kind: 'done', eventPatch: { location: 'Room 1' } }],
    ['return { refused: "no such\\nplan" };', { kind: 'refused', reason: 'no such plan' }],
    ['return { refused: "" };', { kind: 'refused', reason: 'refused by the conference module' }],
    [
      'throw new TypeError("alice@example.com");',
      { kind: 'transient', reason: 'the conference module threw TypeError' },
    ],
    ['throw "text";', { kind: 'transient', reason: 'the conference module threw an exception' }],
    ['throw undefined;', { kind: 'transient', reason: 'the conference module threw an exception' }],
    [
      'throw Object.assign(new Error("later"), { retryAfterMs: 5_000 });',
      { kind: 'transient', reason: 'the conference module threw Error', retryAfterMs: 5_000 },
    ],
    [
      'throw Object.assign(new Error("later"), { retryAfterMs: 1e12 });',
      { kind: 'transient', reason: 'the conference module threw Error', retryAfterMs: 3_600_000 },
    ],
    [
      'throw Object.assign(new Error("later"), { retryAfterMs: -1 });',
      { kind: 'transient', reason: 'the conference module threw Error' },
    ],
    ['return { refused: change.id };', { kind: 'refused', reason: CANCELLED.id }],
  ])('%s', async (body, expected) => {
    expect(await outcomeOf(body)).toEqual(expected);
  });

  test.each(['"fine"', 'true', '{}', '[]', '{ refused: true }', '{ eventPatch: { status: "cancelled" } }'])(
    'an answer that means nothing is never taken for done: %s',
    async (answer) => {
      expect(await outcomeOf(`return ${answer};`)).toEqual({
        kind: 'transient',
        reason:
          'the conference module returned something that is no answer (nothing, an allowed eventPatch, or refused)',
      });
    },
  );

  test('no answer in time is transient, and the module is told', async () => {
    const path = written(`
      export const seen = { aborted: false };
      export const apply = (change, { signal }) => new Promise(() => {
        signal.addEventListener('abort', () => { globalThis.moduleWasAborted = true; });
      });`);
    const backend = await loadModuleBackend(path, { timeoutMs: 50 });
    expect(await backend.apply(CANCELLED)).toEqual({
      kind: 'transient',
      reason: 'the conference module gave no answer within 50 ms',
    });
    expect(Reflect.get(globalThis, 'moduleWasAborted')).toBe(true);
  });

  test('a failure after the deadline disturbs nobody', async () => {
    const outcome = await outcomeOf('await new Promise((wake) => setTimeout(wake, 60)); throw new Error("late");', 20);
    expect(outcome).toMatchObject({ kind: 'transient' });
    await new Promise((wake) => setTimeout(wake, 80));
  });
});

describe('messages about calendars', () => {
  const notice: CalendarNotice = {
    id: 'msg_1',
    timestamp: '2027-01-20T09:00:00.000Z',
    type: 'calendar.disconnected',
    data: { calendarId: 'alice@example.com', subject: 'alice@example.com', revision: 1, reason: 'revoked' },
  };
  const apply = 'export function apply() { throw new Error("not for calendars"); }';

  test.each([
    ['a named function', `${apply} export function onCalendar({ data }) { return { refused: data.reason }; }`],
    ['a method', 'export default { apply() {}, onCalendar({ data }) { return { refused: data.reason }; } };'],
  ])('go to onCalendar: %s', async (_, source) => {
    const backend = await loadModuleBackend(written(source));
    expect(await backend.tell(notice)).toEqual({ kind: 'refused', reason: 'revoked' });
  });

  test.each([
    ['a module without it', apply],
    ['a single function', 'export default () => { throw new Error("not for calendars"); };'],
  ])('are done with where there is none: %s', async (_, source) => {
    const backend = await loadModuleBackend(written(source));
    expect(await backend.tell(notice)).toEqual({ kind: 'done' });
  });

  test('are tried again where it throws', async () => {
    const backend = await loadModuleBackend(
      written(`${apply} export function onCalendar() { throw new TypeError(); }`),
    );
    expect(await backend.tell(notice)).toMatchObject({
      kind: 'transient',
      reason: expect.stringContaining('TypeError'),
    });
  });
});
