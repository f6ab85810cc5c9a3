/** The runbook: a section for each alert, in one shape, and no command in it that confsync would refuse. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EXIT } from '../../ops/cli/exit-codes.ts';
import { readCommandLine } from '../../ops/cli/read-command-line.ts';
import { COMMANDS } from '../../ops/commands.ts';
import { encodeWork } from '../../shared/domain/notification/work-message.ts';
import { ALICE, ALICES, meeting, ours } from '../domain/build.ts';
import { type Bench, bench } from './fake-services.ts';
import { typeLine } from './type-line.ts';

const root = resolve(import.meta.dirname, '../..');
const runbook = readFileSync(resolve(root, 'docs/runbook.md'), 'utf8');
const alertsFile = readFileSync(resolve(root, 'terraform/alerts.tf'), 'utf8');

/** Names of the alerts, from Terraform's own text, so that this needs no Terraform. */
const alerts = [...alertsFile.matchAll(/^ {4}"([a-z-]+)" = \{$/gm)].map(([, name = '']) => name);

/** Sections of the third level, by their heading. */
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.split(/^## /m)[0] ?? '']),
);

const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);

/** Every command line of confsync in the runbook: in fenced blocks, and between back quotes. */
const lines = [
  ...new Set(
    [...runbook.matchAll(/^(confsync .+)$|`(confsync [^`]+)`/gm)].map(([, fenced, quoted = '']) =>
      (fenced ?? quoted).replaceAll('\n', ' '),
    ),
  ),
];

describe('the runbook', () => {
  test('has a section for each alert, and no section for one that is not there', () => {
    expect(alerts.length).toBeGreaterThan(10);
    const forAlerts = [...sections.keys()].filter((heading) => /^[a-z-]+$/.test(heading));
    expect(forAlerts).toEqual(alerts);
  });

  test.each(alerts)(
    'says of %s what it means, whom it hurts, what to look at, what to type and what not to do',
    (alert) => {
      const section = sections.get(alert) ?? '';
      for (const part of ['**Meaning.**', '**Impact.**', '**Diagnosis.**', '**Mitigation.**', '**Do not**'])
        expect(section).toContain(part);
    },
  );

  test('says after how many failures of the worker itself a message is a dead letter', () => {
    const worker = readFileSync(resolve(root, 'functions/sync-calendar.ts'), 'utf8');
    expect(worker).toContain('MESSAGE_ATTEMPTS_BEFORE_DEAD_LETTER = 10;');
    expect(runbook).toContain('After ten failures they become dead letters.');
  });

  test('has no heading twice: a link would lead to the first only', () => {
    expect(headings.filter((heading, index) => headings.indexOf(heading) !== index)).toEqual([]);
  });

  test('leads from each symptom to a section that is there', () => {
    const anchors = [...sections.keys()].map((heading) => heading.toLowerCase().replaceAll(' ', '-'));
    const targets = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((target) => !anchors.includes(target))).toEqual([]);
  });

  test('shows every command but the completion and the version at least once', () => {
    const shown = new Set(lines.map((line) => pathOf(line)));
    const all = COMMANDS.map(({ help }) => help.path.join(' '));
    expect(all.filter((path) => !shown.has(path))).toEqual(['completion', 'version']);
  });
});

describe('a command of the runbook', () => {
  test.each(lines)('%s can be typed as it stands', async (line) => {
    const words = wordsOf(line);
    const isPlaceholder = words.some((word) => /^[A-Z]+$/.test(word));
    const read = readCommandLine(words, COMMANDS, Date.now());
    if (read.kind !== 'run') throw new Error(`${line} runs nothing`);
    const { command, given } = read;
    if (command.kind === 'online') expect(() => command.prepare(given)).not.toThrow();
    // Those that only look, or only would, are run over an installation in trouble.
    const isReading = command.help.isChanging !== true || words.includes('--dry-run');
    // Those speak to a receiver that is somewhere else; test/ops/webhook tries them.
    const isAbroad = words[0] === 'webhook';
    if (!isReading || isPlaceholder || isAbroad) return;
    const { code, stderr } = await typeLine(words, await troubled());
    expect(stderr).not.toContain('error:');
    expect([EXIT.fine, EXIT.unhealthy]).toContain(code);
  });
});

function wordsOf(line: string): readonly string[] {
  return line.split(/\s+/).slice(1);
}

function pathOf(line: string): string {
  const words = wordsOf(line);
  const found = COMMANDS.find(({ help }) => help.path.every((word, index) => words[index] === word));
  return found?.help.path.join(' ') ?? line;
}

/** Alice's change was refused, and one of her messages lies among the dead letters, as the examples of the runbook say. */
async function troubled(): Promise<Bench> {
  const made = bench();
  made.world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  made.world.put(ALICE, meeting('4q3k7tlm0v', ours('c1')));
  await made.world.register(ALICE);
  const data = encodeWork({ kind: 'sync', calendar: ALICES, cause: 'notification' });
  const message = { id: '12', data, attributes: { lane: 'live' }, publishedAt: made.world.clock.now() - 60_000 };
  made.letters.letters = [message];
  made.published = [message];
  return made;
}
