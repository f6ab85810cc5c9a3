import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SealKeys } from '../../../shared/domain/connection/seal.ts';
import { readState, readTicket, signState, signTicket } from '../../../shared/domain/connection/ticket.ts';

const key = (fill: string): string => Buffer.alloc(32, fill).toString('base64');
const RING: SealKeys = [key('new'), key('old')];
const ids = fc.stringMatching(/^[a-z0-9]{20,40}$/);
const times = fc.integer({ min: 1, max: 9_999_999_999_999 });

describe('a link', () => {
  test('says what it was made for, until its time is over', () => {
    fc.assert(
      fc.property(ids, times, (id, expiresAt) => {
        const text = signTicket({ id, expiresAt }, RING);
        expect(readTicket(text, RING, expiresAt - 1)).toEqual({ kind: 'valid', content: { id, expiresAt } });
        expect(readTicket(text, RING, expiresAt)).toEqual({ kind: 'expired' });
      }),
    );
  });

  test('signed under an older key of the ring is good, under another it is forged', () => {
    const reference = { id: 'a'.repeat(20), expiresAt: 2 };
    expect(readTicket(signTicket(reference, [key('old')]), RING, 1).kind).toBe('valid');
    expect(readTicket(signTicket(reference, [key('other')]), RING, 1).kind).toBe('forged');
  });

  test('with one character changed is forged, and never merely expired', () => {
    fc.assert(
      fc.property(
        ids,
        times,
        fc.nat(),
        fc.constantFrom('a', 'Z', '0', '-', '.', '%'),
        (id, expiresAt, place, other) => {
          const text = signTicket({ id, expiresAt }, RING);
          const at = place % text.length;
          fc.pre(text[at] !== other);
          const spoilt = text.slice(0, at) + other + text.slice(at + 1);
          expect(readTicket(spoilt, RING, expiresAt + 1)).toEqual({ kind: 'forged' });
        },
      ),
    );
  });

  test('and a state are not taken for each other', () => {
    fc.assert(
      fc.property(ids, times, (id, expiresAt) => {
        const state = signState({ id, expiresAt, fingerprint: 'f' }, RING);
        expect(readState(state, RING, expiresAt - 1)).toMatchObject({ kind: 'valid', content: { fingerprint: 'f' } });
        expect(readTicket(state, RING, expiresAt - 1)).toEqual({ kind: 'forged' });
        expect(readState(signTicket({ id, expiresAt }, RING), RING, expiresAt - 1)).toEqual({ kind: 'forged' });
      }),
    );
  });

  test('is no text that we did not make, however long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readTicket(text, RING, 0)).toEqual({ kind: 'forged' });
        expect(readState(text, RING, 0)).toEqual({ kind: 'forged' });
      }),
    );
    expect(readTicket('a.'.repeat(500_000), RING, 0)).toEqual({ kind: 'forged' });
  });
});
