import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  browserSecret,
  challengeOf,
  fingerprintOf,
  isBrowserSecret,
  nonceOf,
  verifierOf,
} from '../../../shared/domain/connection/browser.ts';

test('a challenge is made as RFC 7636 shows it', () => {
  expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  );
});

test('what is made of a secret differs by secret, ticket and purpose, and gives the secret away to nobody', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), fc.uuid(), (one, two, ticket) => {
      fc.pre(one !== two);
      const made = [one, two].flatMap((unique) => {
        const secret = browserSecret(unique);
        expect(isBrowserSecret(secret)).toBe(true);
        return [fingerprintOf, verifierOf, nonceOf].flatMap((make) => [
          make(secret, ticket),
          make(secret, `${ticket}x`),
          secret,
        ]);
      });
      expect(new Set(made).size).toBe(6 * 2 + 2);
      // https://www.rfc-editor.org/rfc/rfc7636#section-4.1 asks for 43 to 128 of these.
      for (const text of made) expect(text).toMatch(/^[A-Za-z0-9_-]{43}$/);
    }),
  );
});

test.each([undefined, '', 'a', 'a'.repeat(44), `${'a'.repeat(42)};`])('%p is the secret of no browser', (text) => {
  expect(isBrowserSecret(text)).toBe(false);
});
