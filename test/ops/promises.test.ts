/** What a command promises with --dry-run it does without, and what it does not know it does not call well. */
import { describe, expect, test } from '@jest/globals';
import { EXIT } from '../../ops/cli/exit-codes.ts';
import * as calendarsAdd from '../../ops/commands/calendars-add.ts';
import * as calendarsList from '../../ops/commands/calendars-list.ts';
import * as calendarsPause from '../../ops/commands/calendars-pause.ts';
import * as calendarsShow from '../../ops/commands/calendars-show.ts';
import { COMMANDS } from '../../ops/commands.ts';
import { ALICE, BOB, meeting, ours } from '../domain/build.ts';
import { type Bench, bench } from './fake-services.ts';
import { runCommand as run } from './run-command.ts';
import { typeLine } from './type-line.ts';

const NOBODY = 'nobody@example.com';

async function settled(): Promise<Bench> {
  const made = bench();
  made.world.put(ALICE, meeting('e1', ours('c1')));
  await made.world.register(ALICE);
  return made;
}

/** Every command that changes something and can be about one calendar or user, about one that is not there. */
const CHANGES: readonly (readonly string[])[] = [
  ['calendars', 'add', 'bob'],
  ['calendars', 'add', ALICE, '--subject', 'bob'],
  ['calendars', 'add', 'primary'],
  ['calendars', 'remove', NOBODY],
  ['calendars', 'pause', NOBODY],
  ['calendars', 'resume', NOBODY],
  ['channels', 'renew', NOBODY],
  ['connections', 'remove', NOBODY],
  ['dead-letters', 'drop', '7'],
  ['dead-letters', 'drop', '--calendar', NOBODY],
  ['dead-letters', 'replay', '--calendar', NOBODY],
  ['dead-letters', 'replay', '7'],
  ['failures', 'retry', NOBODY, 'e1'],
  ['failures', 'retry', '--calendar', NOBODY],
  ['failures', 'retry', '--retrying', '--calendar', NOBODY],
  ['sync', NOBODY],
  ['sync', NOBODY, '--resend'],
];

describe('what --yes refuses, --dry-run refuses in the same words', () => {
  test.each(CHANGES.map((words) => [words.join(' '), words] as const))('%s', async (_, words) => {
    const done = await typeLine([...words, '--yes'], await settled());
    const tried = await typeLine([...words, '--dry-run'], await settled());
    expect([EXIT.failed, EXIT.usage]).toContain(done.code);
    expect(done.stderr).toContain('error:');
    expect(tried).toEqual(done);
  });

  test('of a calendar that is being removed too', async () => {
    for (const words of [
      ['calendars', 'pause', ALICE],
      ['calendars', 'resume', ALICE],
      ['channels', 'renew', ALICE],
      ['sync', ALICE, '--full'],
    ]) {
      const made = await settled();
      const alice = await made.world.calendar(ALICE);
      await made.services.store.transact(async (tx) => tx.putCalendar({ ...alice, isBeingRemoved: true }));
      const tried = await typeLine([...words, '--dry-run'], made);
      expect(tried.stderr).toContain('the calendar is not registered');
      expect(await typeLine([...words, '--yes'], made)).toEqual(tried);
    }
  });

  test('no command that changes something is left out, but for those that are about no single thing', () => {
    const tried = new Set(CHANGES.map(([noun, verb]) => (noun === 'sync' ? noun : `${noun} ${verb}`)));
    const changing = COMMANDS.filter(({ help }) => help.isChanging === true).map(({ help }) => help.path.join(' '));
    expect(changing.filter((path) => !tried.has(path)).sort()).toEqual([
      'connections drop-secrets',
      'connections import',
      'replay',
    ]);
  });
});

test('calendars add says what it would do with one that is registered', async () => {
  const made = await settled();
  const add = (subject: string) =>
    run(calendarsAdd, made, { words: [ALICE], flags: { subject }, mode: { isDryRun: true } });
  expect((await add(ALICE)).lines).toEqual([
    `Would complete what is missing of 1 calendar, ${ALICE}, which is registered already. Nothing was changed.`,
  ]);
  expect((await add(BOB)).lines).toEqual([
    `Would act as ${BOB}, no longer as ${ALICE}, for 1 calendar, ${ALICE}. Nothing was changed.`,
  ]);
});

test.each([['failures list'], ['failures list --retrying'], ['deliveries list'], ['dead-letters list']])(
  '%s of a calendar that nobody knows is no good news',
  async (line) => {
    const { code, stdout, stderr } = await typeLine([...line.split(' '), '--calendar', NOBODY], await settled());
    expect({ code, stdout }).toEqual({ code: EXIT.failed, stdout: '' });
    expect(stderr).toContain('the calendar is not registered');
  },
);

test('no sync of an active calendar fails, and those out of reach are named', async () => {
  const made = await settled();
  const lines = async () => (await run(calendarsList, made, { flags: { failing: true } })).lines;
  expect(await lines()).toEqual(["No active calendar's sync fails."]);
  const alice = await made.world.calendar(ALICE);
  await made.services.store.transact(async (tx) => tx.putCalendar({ ...alice, status: 'unreachable' }));
  expect(await lines()).toEqual([
    "No active calendar's sync fails.",
    '1 calendar unreachable: confsync calendars list --status unreachable',
  ]);
});

test('a paused calendar has no next sync', async () => {
  const made = await settled();
  await run(calendarsPause, made, { words: [ALICE] });
  expect((await run(calendarsList, made)).lines[1]).toMatch(/^alice@example\.com +paused +.* ago +- +in /);
  expect((await run(calendarsShow, made, { words: [ALICE] })).lines).toContain('next sync    -');
});
