import { expect, test } from '@jest/globals';
import type { AccessTokens } from '../../../shared/adapters/google-calendar/access-tokens.ts';
import { chooseByDomain } from '../../../shared/adapters/google-calendar/choose-by-domain.ts';

test.each([
  ['alice@example.com', 'inside'],
  ['Alice@Example.COM', 'inside'],
  ['"a@b"@example.com', 'inside'],
  ['bob@sub.example.com', 'outside'],
  ['bob@example.com.example.org', 'outside'],
  ['bob@gmail.com', 'outside'],
  ['nobody', 'outside'],
])('%s is acted for from %s', async (subject, side) => {
  const dropped: string[] = [];
  const of = (name: string): AccessTokens => ({
    tokenFor: async () => name,
    drop: (_, token) => void dropped.push(`${name} ${token}`),
  });
  const tokens = chooseByDomain(['example.com'], of('inside'), of('outside'));
  expect(await tokens.tokenFor(subject)).toBe(side);
  tokens.drop(subject, 't');
  expect(dropped).toEqual([`${side} t`]);
});
