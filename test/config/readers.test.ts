import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import {
  type Reader,
  readBackend,
  readChoice,
  readDays,
  readHosts,
  readKeyRing,
  readList,
  readSealKeys,
  readSeconds,
  readSecondsList,
  readSecretPrefix,
  readSubset,
  readText,
  readWebAddress,
  readWebhookKeys,
} from '../../shared/config/readers.ts';

const KEY = 'sixteen-letters!';
const SEAL_KEY = Buffer.alloc(32, 7).toString('base64');
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

describe('a reader takes', () => {
  test.each<[string, Reader<unknown>, string, unknown]>([
    ['any text', readText, ' as it is ', ' as it is '],
    ['one of its words', readChoice(['one', 'two']), 'two', 'two'],
    ['seconds', readSeconds(1, 60), '60', 60_000],
    ['parts of a second', readSeconds(0, 60), '0.25', 250],
    ['days', readDays, '1', 86_400_000],
    ['no days', readDays, '0', 0],
    ['a list of seconds', readSecondsList, '5, 60,0.1', [5_000, 60_000, 100]],
    ['a list', readList, ' My Web Conference ,, Other ', ['My Web Conference', 'Other']],
    ['an empty list', readList, ' , ', []],
    ['a subset, in the order of the set', readSubset(['a', 'b', 'c']), 'c,a', ['a', 'c']],
    ['a subset that names a member twice', readSubset(['a', 'b']), 'a,a', ['a']],
    ['hosts, in lower case', readHosts, 'Meet.Vendor.example, localhost', ['meet.vendor.example', 'localhost']],
    ['no hosts', readHosts, '', []],
    ["the beginning of a secret's name", readSecretPrefix, 'staging-token-', 'staging-token-'],
    ['one key', readKeyRing, KEY, [KEY]],
    ['keys that seal', readSealKeys, `${SEAL_KEY}, ${SEAL_KEY}`, [SEAL_KEY, SEAL_KEY]],
    ['several keys in their order', readKeyRing, `${KEY}-new, ${KEY}-old`, [`${KEY}-new`, `${KEY}-old`]],
    [
      'webhook secrets in their order',
      readWebhookKeys,
      `${SECRET}, whsec_${'A'.repeat(32)}`,
      [SECRET, `whsec_${'A'.repeat(32)}`],
    ],
    ['an https address', readWebAddress, 'https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['an http address of this machine', readWebAddress, 'http://127.0.0.1:8081', 'http://127.0.0.1:8081'],
    ['an http address of this machine by name', readWebAddress, 'http://localhost:8081/x', 'http://localhost:8081/x'],
    ['an http address of this machine in IPv6', readWebAddress, 'http://[::1]:8081', 'http://[::1]:8081'],
    ['the webhook', readBackend, 'webhook', { kind: 'webhook' }],
    ['a module', readBackend, 'module:./backend.ts', { kind: 'module', path: './backend.ts' }],
  ])('%s', (_, read, text, value) => {
    expect(read(text)).toEqual(value);
  });
});

describe('a reader says what it wants instead of', () => {
  const address = 'must be an https:// address (http:// only for localhost)';
  const hosts = 'must be comma-separated host names, without https:// and paths';
  const keys = 'must hold keys of at least 16 characters (try: openssl rand -base64 32)';
  const secrets = 'must hold secrets of the form whsec_<base64> (try: echo "whsec_$(openssl rand -base64 32)")';

  test.each<[string, Reader<unknown>, string, string]>([
    ['a word that it does not know', readChoice(['one', 'two']), 'three', 'must be one of one, two'],
    ['a word in another letter case', readChoice(['one', 'two']), 'One', 'must be one of one, two'],
    ['too little time', readSeconds(1, 60), '0', 'must be a number of seconds from 1 to 60'],
    ['too much time', readSeconds(1, 60), '61', 'must be a number of seconds from 1 to 60'],
    ['a path for a name', readSecretPrefix, 'a/b', 'must be 1 to 200 letters, digits, hyphens and underscores'],
    ['time without end', readSeconds(1, 60), 'Infinity', 'must be a number of seconds from 1 to 60'],
    ['time with a unit', readSeconds(1, 60), '10s', 'must be a number of seconds from 1 to 60'],
    ['blanks for a time', readSeconds(0, 60), '  ', 'must be a number of seconds from 0 to 60'],
    ['days that are none', readDays, 'many', 'must be a number of days from 0 to 3650'],
    ['days before today', readDays, '-1', 'must be a number of days from 0 to 3650'],
    ['blanks for days', readDays, ' ', 'must be a number of days from 0 to 3650'],
    ['no time at all', readSecondsList, ' , ', 'must be at least one number of seconds'],
    ['a time that is none in a list', readSecondsList, '5,soon', 'must be a number of seconds from 0.1 to 604800'],
    ['a member that it does not know', readSubset(['a', 'b']), 'a,z', 'must be a comma-separated list of a, b'],
    ['no member', readSubset(['a', 'b']), ',', 'must be a comma-separated list of a, b'],
    ['an address for a host', readHosts, 'https://vendor.example', hosts],
    ['a host with a path', readHosts, 'vendor.example/x', hosts],
    ['a host with a port', readHosts, 'vendor.example:443', hosts],
    ['a host that begins with a dot, which would match nothing', readHosts, '.vendor.example', hosts],
    ['a host that ends with a dot', readHosts, 'vendor.example.', hosts],
    ['no key', readKeyRing, ' , ', 'must hold at least one key'],
    ['a short key', readKeyRing, `${KEY},short`, keys],
    ['no secret', readWebhookKeys, ',', secrets],
    ['a secret without its prefix', readWebhookKeys, 'A'.repeat(32), secrets],
    ['a secret that is too short', readWebhookKeys, 'whsec_AAAA', secrets],
    ['a secret that is no base64', readWebhookKeys, `whsec_${'?'.repeat(32)}`, secrets],
    ['one bad secret among good ones', readWebhookKeys, `${SECRET},whsec_x`, secrets],
    ['an http address of another machine', readWebAddress, 'http://example.com', address],
    ['a host that only begins like this machine', readWebAddress, 'http://127.0.0.1.example.com', address],
    ['another kind of address', readWebAddress, 'ftp://example.com', address],
    ['no address', readWebAddress, 'example.com', address],
    ['an address with a user name', readWebAddress, 'https://me@example.com', 'must not hold a user name or password'],
    ['an address with a password', readWebAddress, 'https://:pw@example.com', 'must not hold a user name or password'],
    ['a backend that it does not know', readBackend, 'smtp', 'must be webhook or module:PATH'],
    ['a module without a path', readBackend, 'module:', 'must be webhook or module:PATH'],
  ])('%s', (_, read, text, problem) => {
    expect(() => read(text)).toThrow(new Error(problem));
  });

  const readers: readonly Reader<unknown>[] = [
    readChoice(['one']),
    readSeconds(1, 2),
    readDays,
    readSecondsList,
    readSubset(['a']),
    readHosts,
    readKeyRing,
    readWebhookKeys,
    readWebAddress,
    readBackend,
  ];

  test('anything, without repeating it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...readers), fc.string({ minLength: 1 }), (read, noise) => {
        const text = `s3cr3t-${noise}-s3cr3t`;
        try {
          read(text);
        } catch (error) {
          expect(String(error)).not.toContain('s3cr3t');
        }
      }),
    );
  });
});

test('what counts as a webhook secret can sign', () => {
  const base64 = fc.uint8Array({ minLength: 24, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64'));
  fc.assert(
    fc.property(base64, (text) => {
      for (const [key] of [readWebhookKeys(`whsec_${text}`), readWebhookKeys(`whsec_${text.replace(/=+$/, '')}`)]) {
        expect(new Webhook(key).sign('id', new Date(0), 'body')).toMatch(/^v1,/);
      }
    }),
  );
});
