/** What is typed becomes options, or a refusal that says what to type instead; and the program's exit codes and streams. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../ops/cli/errors.ts';
import { EXIT } from '../../ops/cli/exit-codes.ts';
import type { ProgramWorld } from '../../ops/cli/program.ts';
import { flagsOf, readCommandLine } from '../../ops/cli/read-command-line.ts';
import * as calendarsAdd from '../../ops/commands/calendars-add.ts';
import * as calendarsList from '../../ops/commands/calendars-list.ts';
import * as channelsList from '../../ops/commands/channels-list.ts';
import * as channelsRenew from '../../ops/commands/channels-renew.ts';
import * as deadLettersReplay from '../../ops/commands/dead-letters-replay.ts';
import * as failuresRetry from '../../ops/commands/failures-retry.ts';
import * as failuresShow from '../../ops/commands/failures-show.ts';
import * as replay from '../../ops/commands/replay.ts';
import * as sync from '../../ops/commands/sync.ts';
import { COMMANDS } from '../../ops/commands.ts';
import { ConfigError } from '../../shared/config/config.ts';
import { RecordUnreadable, StoreUnavailable } from '../../shared/domain/errors.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { bench } from './fake-services.ts';
import { typeLine } from './type-line.ts';

const NOW = Date.UTC(2027, 0, 20, 9);
const ALICE = 'alice@example.com';
const ALICES = calendarKeyOf(ALICE);
const empty = bench();

/** What a command is given when this is typed. */
function given(...words: readonly string[]) {
  const line = readCommandLine(words, COMMANDS, NOW);
  if (line.kind !== 'run') throw new Error(`${words.join(' ')} runs nothing`);
  return line.given;
}

describe('words become options', () => {
  test.each([
    [calendarsList.parse(given('calendars', 'list')), { status: undefined, isFailing: false, limit: 200 }],
    [
      calendarsList.parse(given('calendars', 'list', '--status=paused', '--limit', '5')),
      { status: 'paused', isFailing: false, limit: 5 },
    ],
    [calendarsAdd.parse(given('calendars', 'add', ALICE)), { calendar: { id: ALICE, key: ALICES }, subject: ALICE }],
    [
      calendarsAdd.parse(given('calendars', 'add', '--subject', 'bob@example.com', ALICE)),
      { calendar: { id: ALICE, key: ALICES }, subject: 'bob@example.com' },
    ],
    [
      sync.parse(given('sync', ALICE, '--resend')),
      { kind: 'one', calendar: { id: ALICE, key: ALICES }, wish: { full: false, resend: true } },
    ],
    [channelsList.parse(given('channels', 'list', '--within', '12h')), { withinMs: 43_200_000, limit: 5_000 }],
    [
      channelsRenew.parse(given('channels', 'renew', ALICE)),
      { calendars: [{ id: ALICE, key: ALICES }], withinMs: null },
    ],
    [failuresRetry.parse(given('failures', 'retry', '--all')), { calendarId: null, eventId: null, isRetrying: false }],
    [
      sync.parse(given('sync', '--all', '--full', '--per-minute', '60')),
      { kind: 'fleet', wish: { full: true, resend: false }, perMinute: 60, after: null },
    ],
    [
      failuresRetry.parse(given('failures', 'retry', ALICE, 'e1', '--retrying')),
      { calendarId: ALICE, eventId: 'e1', isRetrying: true },
    ],
    [failuresShow.parse(given('failures', 'show', ALICE, 'e1')), { calendarId: ALICE, eventId: 'e1' }],
    [
      deadLettersReplay.parse(given('dead-letters', 'replay', '7', '9')),
      { ids: ['7', '9'], isAll: false, calendar: null },
    ],
    [
      deadLettersReplay.parse(given('dead-letters', 'replay', '--calendar', ALICE)),
      { ids: [], isAll: false, calendar: ALICES },
    ],
    [replay.parse(given('replay', '--since', '2h')), { since: NOW - 7_200_000, calendar: null }],
    [
      replay.parse(given('replay', '--since', '2027-01-20T03:00:00+01:00', '--calendar', ALICE)),
      { since: Date.UTC(2027, 0, 20, 2), calendar: ALICES },
    ],
  ])('%#', (options, expected) => {
    expect(options).toEqual(expected);
  });
});

describe('what cannot be meant is refused with what to type', () => {
  test.each([
    [['stauts'], 'there is no command "stauts"', 'did you mean: confsync status'],
    [['kubectl'], 'there is no command "kubectl"', 'see: confsync --help'],
    [['calendars', 'ad'], 'calendars has no "ad"', 'did you mean: confsync calendars add'],
    [['calendars', 'frobnicate'], 'calendars has no "frobnicate"', 'calendars add, calendars remove'],
    [['help', 'stat'], 'there is no command "stat"', 'did you mean: confsync status'],
    [['--hepl'], 'there is no flag "--hepl"', 'did you mean: --help'],
    [['--jsn', 'status'], 'there is no flag "--jsn"', 'did you mean: --json'],
    [['calendars', '--frobnicate'], 'there is no flag "--frobnicate"', 'confsync --help'],
    [['-x'], 'there is no flag "-x"', 'confsync --help'],
    [['--yes', 'sync', ALICE], 'there is no flag "--yes" in front', 'confsync COMMAND --yes'],
    [['--project'], '--project lacks its ID', '--project ID'],
    [['--project', '--json', 'status'], '--project lacks its ID', '--project ID'],
    [['calendars', '--version'], 'there is no flag "--version"', 'did you mean'],
    [['sync', ALICE, '--all'], 'is one word too many', 'name one calendar, or write --all'],
    [['sync', '--full'], 'a calendar ID is missing', 'alice@example.com, or write --all'],
    [['deliveries', 'list', ALICE], 'is one word too many', `did you mean: --calendar ${ALICE}`],
    [['failures', 'list', ALICE], 'is one word too many', `did you mean: --calendar ${ALICE}`],
    [['doctor', ALICE], 'is one word too many', `did you mean: --subject ${ALICE}`],
    [['sync', ALICE, '--per-minute', '5'], '--after and --per-minute belong to --all', '--all'],
    [['sync', '--all', '--after', 'Z'], '--after "Z" is no key', 'copy it'],
    [['calendars', 'list', '--failing', '--status', 'paused'], 'exclude each other', 'active'],
    [['sync', ALICE, '--fulll'], "Unknown option '--fulll'", 'did you mean: --full'],
    [['status', '--env-file', 'x'], "Unknown option '--env-file'", 'confsync status --help'],
    [['calendars', 'show'], 'a calendar ID is missing', 'alice@example.com'],
    [['calendars', 'show', ALICE, 'more'], '"more" is one word too many', '--help'],
    [['calendars', 'list', '--status', 'asleep'], '--status cannot be "asleep"', 'active, paused'],
    [['calendars', 'list', '--limit', '0'], '--limit "0" is no count', 'from 1'],
    [['status', '--yes'], "Unknown option '--yes'", 'confsync status --help'],
    [['sync', ALICE, '--full=1'], "Option '--full' does not take an argument", 'confsync sync --help'],
    [['channels', 'renew'], 'which channels?', '--within 24h'],
    [['channels', 'renew', ALICE, '--within', '1h'], 'which channels?', 'name calendars'],
    [['dead-letters', 'replay'], 'which dead letters?', '--all'],
    [['dead-letters', 'drop', '1', '--all'], 'which dead letters?', '--all'],
    [['failures', 'retry', ALICE], 'which failures?', 'CALENDAR EVENT'],
    [['deliveries', 'list'], 'of which calendar?', '--calendar alice@example.com'],
    [['replay'], 'since when?', '--since 2h'],
    [
      ['replay', '--since', 'yesterday'],
      '--since "yesterday" is no length of time',
      '2h or 1d, or a moment: 2027-01-20T',
    ],
    [['replay', '--since', '2026-11-29T05:00'], 'is no moment with its time zone', '2027-01-20T03:00:00Z'],
    [['replay', '--since', '2026-11-29'], 'is no moment with its time zone', '2027-01-20T03:00:00Z'],
    [['replay', '--since', '2h30'], '--since "2h30" is no length of time', '2h'],
    [['channels', 'list', '--within', '2026-11-29T05:00Z'], 'is no length of time', 'write 30m, 2h or 1d'],
    [['replay', '--since', '2030-01-01T00:00:00Z'], 'lies in the future', '2h'],
    [['webhook', 'test'], 'the address of the receiver is missing', 'http://localhost:3000/hooks'],
    [['webhook', 'test', 'localhost:3000'], '"localhost:3000" is no address', 'http://'],
    [
      ['webhook', 'test', 'http://localhost:1/', '--read-back', 'http://localhost:1/'],
      'no address with {conferenceId}',
      'such as',
    ],
    [['webhook', 'test', 'http://localhost:1/'], 'the key of the receiver is missing', '--secret whsec_...'],
    [
      ['webhook', 'test', 'http://localhost:1/', '--secret', 'x'],
      'is not "whsec_" followed by base64',
      '--secret whsec_...',
    ],
    [['webhook', 'trigger', 'updated', 'http://localhost:1/'], 'there is no change "updated"', 'conference.updated'],
    [['completion', 'tcsh'], 'for which shell?', 'bash, zsh, fish'],
  ] as const)('%j', async (words, what, doThis) => {
    const { code, stdout, stderr } = await type(words);
    expect(stderr).toContain(what);
    expect(stderr.slice(stderr.indexOf(what))).toContain(doThis);
    expect(stdout).toBe('');
    expect(code).toBe(EXIT.usage);
  });
});

describe('the program', () => {
  test('shows every command in its overview, and the examples of each in its help', async () => {
    const { stdout } = await type(['--help']);
    for (const { help } of COMMANDS) expect(stdout).toContain(help.path.join(' '));
    for (const { help } of COMMANDS) {
      const page = await type([...help.path, '--help']);
      expect(page).toMatchObject({ code: EXIT.fine, stderr: '' });
      for (const [line] of help.examples) expect(page.stdout).toContain(line);
    }
    expect((await type([])).stdout).toBe(stdout);
    expect((await type(['--help'])).stdout).toBe(stdout);
    expect((await type(['help', 'sync'])).stdout).toContain('Usage: confsync sync [CALENDAR]');
  });

  test('takes a group of commands for a question about them', async () => {
    const group = await type(['calendars']);
    expect(group).toMatchObject({ code: EXIT.fine, stderr: '' });
    for (const verb of ['list', 'show', 'add', 'remove', 'pause', 'resume']) {
      expect(group.stdout).toContain(`  calendars ${verb} `);
    }
    expect(group.stdout).not.toContain('dead-letters');
    expect(await type(['calendars', '--help'])).toEqual(group);
    expect(await type(['help', 'calendars'])).toEqual(group);
  });

  test('says its version, by word and by flag', async () => {
    const { version }: { version: string } = JSON.parse((await type(['version', '--json'])).stdout);
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    for (const words of [['version'], ['--version']]) {
      expect(await type(words)).toEqual({ code: EXIT.fine, stdout: `${version}\n`, stderr: '' });
    }
  });

  test('has no flag that Node itself reads wherever it stands', () => {
    const { stdout } = spawnSync(process.execPath, ['--help'], { encoding: 'utf8' });
    const ofNode = new Set([...stdout.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(([, name = '']) => name));
    expect(ofNode.size).toBeGreaterThan(50);
    const ours = new Set(COMMANDS.flatMap((command) => Object.keys(flagsOf(command))));
    // Every program has a flag for help, and Node leaves it to the program where it stands behind it.
    expect([...ours].filter((name) => ofNode.has(name) && name !== 'help')).toEqual([]);
  });

  test('takes the installation from flags, which win over the environment', () => {
    const line = readCommandLine(
      [
        'status',
        '--project',
        'acme',
        '--topic=eu-conference-sync-work',
        '--region',
        'europe-west1',
        '--config',
        'acme.env',
      ],
      COMMANDS,
      NOW,
    );
    expect(line).toMatchObject({
      place: {
        configFile: 'acme.env',
        variables: {
          GOOGLE_CLOUD_PROJECT: 'acme',
          WORK_TOPIC: 'eu-conference-sync-work',
          CONFSYNC_REGION: 'europe-west1',
        },
      },
    });
  });

  test.each([
    [['--project', 'acme', 'calendars', 'list', '--json']],
    [['--project=acme', '--json', 'calendars', 'list']],
    [['calendars', '--json', '--project', 'acme', 'list']],
    [['calendars', 'list', '--project', 'acme', '--json']],
    [['--project', 'other', '--json', 'calendars', 'list', '--project', 'acme']],
  ])('takes the flags of all commands in front of one as well: %j', (words) => {
    expect(readCommandLine(words, COMMANDS, NOW)).toMatchObject({
      kind: 'run',
      command: { help: { path: ['calendars', 'list'] } },
      mode: { isJson: true },
      place: { variables: { GOOGLE_CLOUD_PROJECT: 'acme' } },
    });
  });

  test('shows help for what was asked, wherever the flags of all commands stand', async () => {
    const page = await type(['sync', '--help']);
    for (const words of [
      ['--help', 'sync'],
      ['--project', 'acme', 'help', 'sync'],
      ['--json', 'sync', '-h'],
    ]) {
      expect(await type(words)).toEqual(page);
    }
  });

  test('every example in the help can be run', () => {
    for (const { help } of COMMANDS) {
      for (const [line] of help.examples) {
        const words = /confsync ([^)|]*)/.exec(line)?.[1]?.trim().split(' ') ?? [];
        const read = readCommandLine(words, COMMANDS, Date.UTC(2027, 0, 21));
        if (read.kind !== 'run') throw new Error(`${line} runs nothing`);
        expect(read.command.help.path).toEqual(help.path);
        expect(() => read.command.prepare(read.given)).not.toThrow();
      }
    }
  });

  test('prints the result alone on standard output, as JSON if asked to', async () => {
    const { stdout, stderr, code } = await type(['calendars', 'list', '--json']);
    expect(JSON.parse(stdout)).toEqual({ calendars: [], isAll: true });
    expect(stderr).toBe('');
    expect(code).toBe(EXIT.fine);
  });

  test.each([
    [
      new ConfigError([{ kind: 'wrong', settings: ['WORK_TOPIC'], text: 'WORK_TOPIC is wrong' }]),
      EXIT.usage,
      'WORK_TOPIC is wrong',
    ],
    [new StoreUnavailable('a query failed', { cause: new Error('14 UNAVAILABLE') }), EXIT.failed, '14 UNAVAILABLE'],
    [new RecordUnreadable('calendars/k1 cannot be read'), EXIT.failed, 'Nothing was changed. See docs/runbook.md'],
    [new UsageError('one emulator only', 'Set both'), EXIT.usage, 'Set both'],
    [new TypeError('x is undefined'), EXIT.failed, 'Please report it'],
  ])('says what happened when something fails: %s', async (error, code, said) => {
    const failed = await type(['status'], async () => {
      throw error;
    });
    expect(failed).toMatchObject({ code, stdout: '' });
    expect(failed.stderr).toContain(said);
  });

  test('completes commands, their verbs and their flags in each shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout, code } = await type(['completion', shell]);
      for (const word of ['dead-letters', 'replay', 'since', 'resend']) expect(stdout).toContain(word);
      expect(code).toBe(EXIT.fine);
    }
  });
});

/** Types one command line over an empty installation. */
function type(words: readonly string[], open?: ProgramWorld['open']) {
  return typeLine(words, empty, open);
}
