/** The file of --config: what it sets, what is refused in it, and where the shell wins. */
import { describe, expect, test } from '@jest/globals';
import { overriddenText, readConfigFile } from '../../ops/cli/config-file.ts';

test('sets what its lines say', () => {
  const text = [
    '# ours',
    '',
    'GOOGLE_CLOUD_PROJECT=acme # the one in Europe',
    'export WORK_TOPIC = conference-sync-work',
    'CONNECTION_KEYS="one',
    'two"',
    "A.B='x=y'",
    'EMPTY=',
  ].join('\r\n');
  expect(readConfigFile('c.env', text)).toEqual({
    GOOGLE_CLOUD_PROJECT: 'acme',
    WORK_TOPIC: 'conference-sync-work',
    CONNECTION_KEYS: expect.stringMatching(/^one\r?\ntwo$/),
    'A.B': 'x=y',
    EMPTY: '',
  });
});

test.each([
  ['GOOGLE_CLOUD_PROJECT=x\nthis is no line\n', 'c.env, line 2: no NAME=VALUE'],
  ['A="1\n2"\n=3\n', 'c.env, line 3: no NAME=VALUE'],
  ['export\n', 'c.env, line 1: no NAME=VALUE'],
  ['A=1\n\nB="never closed\nC=2', 'c.env, line 3: the " is not closed'],
  ['{"GOOGLE_CLOUD_PROJECT": "x"}', 'c.env, line 1: no NAME=VALUE'],
])('refuses %j', (text, what) => {
  expect(() => readConfigFile('c.env', text)).toThrow(what);
});

describe('where the shell has another value', () => {
  const file = { GOOGLE_CLOUD_PROJECT: 'x', FIRESTORE_DATABASE: 'd', CONNECTION_KEYS: 'file-secret' };

  test('it says which installation is looked at, and shows no secret', () => {
    const shell = { GOOGLE_CLOUD_PROJECT: 'y', FIRESTORE_DATABASE: 'd', CONNECTION_KEYS: 'shell-secret' };
    expect(overriddenText('c.env', file, shell, {})).toBe(
      'The variables of this shell win over c.env: GOOGLE_CLOUD_PROJECT is y, not x, CONNECTION_KEYS.',
    );
  });

  test('it says nothing of what was typed as a flag, or is the same', () => {
    expect(overriddenText('c.env', file, {}, {})).toBeUndefined();
    expect(overriddenText('c.env', file, { ...file }, {})).toBeUndefined();
    const shell = { GOOGLE_CLOUD_PROJECT: 'y' };
    expect(overriddenText('c.env', file, shell, { GOOGLE_CLOUD_PROJECT: 'z' })).toBeUndefined();
  });
});
