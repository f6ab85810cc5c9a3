import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkReturnAddress, returnAddress } from '../../../shared/domain/connection/return-address.ts';

const HOSTS = ['app.example.com', 'localhost'];
const isTaken = (address: string): boolean => {
  try {
    checkReturnAddress(address, HOSTS);
    return true;
  } catch {
    return false;
  }
};

describe('the way back', () => {
  test.each([
    'https://app.example.com',
    'https://app.example.com:8443/a?b=c#d',
    'http://localhost:3000/',
    'https://APP.example.com/',
  ])('may lead to %s', (address) => expect(isTaken(address)).toBe(true));

  test.each([
    'http://app.example.com/',
    'https://evil.example.com/',
    'https://app.example.com.evil.com/',
    'https://sub.app.example.com/',
    'https://app.example.com@evil.com/',
    'https://evil.com\\@app.example.com/',
    'https://user@app.example.com/',
    '//app.example.com/',
    '/settings',
    'javascript://app.example.com/%0aalert(1)',
    'data:text/html,app.example.com',
    ' https://app.example.com/',
    'https://app.example.com/\r\nSet-Cookie: a=b',
    `https://app.example.com/${'a'.repeat(1_024)}`,
    '',
  ])('may not lead to %p', (address) => expect(isTaken(address)).toBe(false));

  test('leads to a host of the list wherever it is taken, with the word in its query, once', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'https:',
        'http:',
        '//',
        '\\',
        '@',
        'app.example.com',
        'evil.com',
        '/',
        '?',
        '#',
        '.',
        ':443',
        'connection=x',
        '&',
        '%2f',
      ),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(pieces, (some) => {
        const address = some.join('');
        if (!isTaken(address)) return;
        const there = new URL(returnAddress(address, 'denied'));
        expect(HOSTS).toContain(there.hostname);
        expect(there.searchParams.getAll('connection')).toEqual(['denied']);
      }),
      { numRuns: 2_000 },
    );
  });
});
