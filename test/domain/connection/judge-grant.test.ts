import { describe, expect, test } from '@jest/globals';
import { faultOfGrant, type Grant } from '../../../shared/domain/connection/judge-grant.ts';

const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const GRANT: Grant = {
  refreshToken: '1//token',
  endsInSeconds: null,
  scopes: ['openid', 'https://www.googleapis.com/auth/userinfo.email', SCOPE],
  email: 'alice@example.com',
  isEmailVerified: true,
  nonce: 'nonce',
};
const ASKED = { scope: SCOPE, nonce: 'nonce', subject: 'alice@example.com' };

describe('a grant', () => {
  test.each([
    ['as it was asked for', GRANT, ASKED],
    ['of anybody, where anybody was asked for', { ...GRANT, email: 'bob@example.com' }, { ...ASKED, subject: null }],
    ['with the address in other letters', { ...GRANT, email: 'Alice@Example.com' }, ASKED],
  ])('%s has no fault', (_, grant, asked) => {
    expect(faultOfGrant(grant, asked)).toBeUndefined();
  });

  test.each([
    ['another nonce', { nonce: 'other' }, 'not-ours'],
    ['no nonce', { nonce: null }, 'not-ours'],
    ['no address', { email: null }, 'not-ours'],
    ['an address that is not verified', { isEmailVerified: false }, 'not-ours'],
    ['another account', { email: 'bob@example.com' }, 'wrong-account'],
    ['an account that begins like it', { email: 'alice@example.com.example.org' }, 'wrong-account'],
    ['the calendar unticked', { scopes: ['openid', 'email'] }, 'scope-missing'],
    ['a scope that begins like it', { scopes: [`${SCOPE}.readonly`] }, 'scope-missing'],
    ['a narrower scope', { scopes: ['https://www.googleapis.com/auth/calendar.events.readonly'] }, 'scope-missing'],
  ] as const)('with %s is refused', (_, changes, fault) => {
    expect(faultOfGrant({ ...GRANT, ...changes }, ASKED)).toBe(fault);
  });
});
