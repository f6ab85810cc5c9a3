/** The small parts: times, tables, progress, colour, completion. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { completionScript } from '../../ops/cli/completion.ts';
import { coloured, paintFor, plain } from '../../ops/cli/paint.ts';
import { Screen } from '../../ops/cli/screen.ts';
import { list, table } from '../../ops/cli/table.ts';
import { lengthText, momentText, readLength } from '../../ops/cli/times.ts';
import { COMMANDS } from '../../ops/commands.ts';

test.each([
  [0, '0s'],
  [999, '1s'],
  [61_000, '1m 1s'],
  [3_600_000, '1h'],
  [3_601_000, '1h'],
  [90_061_000, '1d 1h'],
])('%d ms is %s', (ms, text) => {
  expect(lengthText(ms)).toBe(text);
});

test('a moment is told from both sides of now', () => {
  expect([momentText(1_000, 61_000), momentText(61_000, 1_000), momentText(null, 1)]).toEqual(['1m ago', 'in 1m', '-']);
  expect(['90s', '30m', '1.5h', '1d', '2h30m', '1h 1s'].map((text) => readLength(text, '--since'))).toEqual([
    90_000, 1_800_000, 5_400_000, 86_400_000, 9_000_000, 3_601_000,
  ]);
});

test('numbers stand at the right, texts at the left, and nothing leaves its line', () => {
  const lines = table(
    ['NAME', 'N'],
    [
      ['long name', 5],
      ['a\r\nb\u001B[2J', 1_000],
    ],
    plain,
    'none',
  );
  expect(lines).toEqual(['NAME          N', 'long name     5', 'a b [2J    1000']);
  expect(table(['NAME'], [], plain, 'none')).toEqual(['none']);
  expect(
    list(
      [
        ['a', 1],
        ['long', 'x'],
      ],
      plain,
    ),
  ).toEqual(['a     1', 'long  x']);
});

test('colour is for terminals that want it', () => {
  expect([
    paintFor(true, {}),
    paintFor(false, {}),
    paintFor(true, { NO_COLOR: '1' }),
    paintFor(true, { TERM: 'dumb' }),
  ]).toEqual([coloured, plain, plain, plain]);
});

describe('progress', () => {
  function screenOn(canDraw: boolean) {
    const written: string[] = [];
    const terminal = {
      canDraw,
      canAsk: false,
      write: (text: string) => void written.push(text),
      ask: async () => '',
      onInterrupt: () => () => undefined,
    };
    return { written, screen: new Screen(terminal, { isDryRun: false, isAgreed: false, isJson: false }, plain) };
  }

  test('is drawn on a terminal and ends with a full bar', () => {
    const { written, screen } = screenOn(true);
    screen.progress('Sending', 1, 2);
    screen.progress('Sending', 2, 2);
    expect(written.join('')).toContain('[############............] 1/2');
    expect(written.join('')).toMatch(/\[#{24}\] 2\/2\n$/);
  });

  test('is silent elsewhere', () => {
    const { written, screen } = screenOn(false);
    screen.progress('Sending', 1, 2);
    screen.clear();
    expect(written).toEqual([]);
  });
});

test('bash completes nouns, verbs and flags', () => {
  const script = completionScript('bash', COMMANDS);
  const complete = (words: readonly string[]): string[] => {
    const probe = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _confsync; echo "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${script}\n${probe}`], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.trim().split(' ');
  };
  expect(complete(['confsync', 'dead'])).toEqual(['dead-letters']);
  expect(complete(['confsync', 'failures', 're'])).toEqual(['retry']);
  expect(complete(['confsync', 'sync', 'alice@example.com', '--res'])).toEqual(['--resend']);
  expect(complete(['confsync', 'completion', 'f'])).toEqual(['fish']);
});
