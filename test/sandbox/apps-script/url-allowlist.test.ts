/** The examples of https://developers.google.com/apps-script/manifest/allowlist-url, and their neighbours. */
import { expect, test } from '@jest/globals';
import { isAllowed, troubleOfPrefix } from '../../../sandbox/apps-script/url-allowlist.ts';

test.each([
  'https://example.com/foo',
  'https://example.com/foo/',
  'https://example.com/foo/bar',
  'https://example.com/foo?bar',
])('the prefix https://example.com/foo allows %s', (url) =>
  expect(isAllowed(url, ['https://example.com/foo'])).toBe(true),
);

test.each([
  'https://example.com/foobar',
  'https://example.com/Foo',
  'https://example.com/',
  'http://example.com/foo',
  'https://example.com.evil.org/foo',
  'nothing',
])('and not %s', (url) => expect(isAllowed(url, ['https://example.com/foo'])).toBe(false));

test('a wildcard stands for subdomains', () => {
  expect(isAllowed('https://a.example.com/foo', ['https://*.example.com/'])).toBe(true);
  expect(isAllowed('https://example.org/foo', ['https://*.example.com/'])).toBe(false);
});

test.each([
  ['https://www.google.com/', undefined],
  ['https://www.google.com', 'needs a path'],
  ['http://www.google.com/', 'must begin with https://'],
  ['https://a b/', 'is no URL'],
])('the prefix %s: %s', (prefix, trouble) => {
  if (trouble === undefined) expect(troubleOfPrefix(prefix)).toBeUndefined();
  else expect(troubleOfPrefix(prefix)).toContain(trouble);
});
