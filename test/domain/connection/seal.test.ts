import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type SealKeys, seal, unseal } from '../../../shared/domain/connection/seal.ts';

const key = (fill: string): string => Buffer.alloc(32, fill).toString('base64');
const [NEW, OLD, OTHER] = [key('new'), key('old'), key('other')];
const RING: SealKeys = [NEW, OLD];
const texts = fc.string({ unit: 'binary', maxLength: 600 }).map((text) => text.toWellFormed());
const abouts = fc.array(texts, { maxLength: 3 });

describe('a sealed text', () => {
  test('is opened under every key of the ring, and says whether the newest sealed it', () => {
    fc.assert(
      fc.property(texts, abouts, fc.uuid(), (text, about, unique) => {
        expect(unseal(seal(text, RING, about, unique), RING, about)).toEqual({ text, isOld: false });
        expect(unseal(seal(text, [OLD], about, unique), RING, about)).toEqual({ text, isOld: true });
        expect(unseal(seal(text, [OTHER], about, unique), RING, about)).toBeUndefined();
      }),
    );
  });

  test('is bound to what it is about, part by part', () => {
    fc.assert(
      fc.property(texts, abouts, abouts, fc.uuid(), (text, about, other, unique) => {
        fc.pre(JSON.stringify(about) !== JSON.stringify(other));
        expect(unseal(seal(text, RING, about, unique), RING, other)).toBeUndefined();
      }),
    );
    expect(unseal(seal('x', RING, ['ab', 'c'], '1'), RING, ['a', 'bc'])).toBeUndefined();
  });

  test('with any one byte changed, cut or added is none', () => {
    fc.assert(
      fc.property(texts, fc.uuid(), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, unique, place, flip) => {
        const [version, nonce = '', body = ''] = seal(text, RING, ['a'], unique).split('.');
        const bytes = Buffer.concat([Buffer.from(nonce, 'base64url'), Buffer.from(body, 'base64url')]);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const spoilt = [bytes.subarray(0, 12), bytes.subarray(12)].map((part) => part.toString('base64url'));
        expect(unseal([version, ...spoilt].join('.'), RING, ['a'])).toBeUndefined();
        expect(unseal([version, nonce, body.slice(0, -4)].join('.'), RING, ['a'])).toBeUndefined();
      }),
    );
  });

  test('is opened from no text that we did not make', () => {
    fc.assert(fc.property(texts, (text) => expect(unseal(text, RING, [])).toBeUndefined()));
    for (const text of ['', 'v1', 'v1..', 'v1.AAAA.AAAA', 'v2.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA'])
      expect(unseal(text, RING, [])).toBeUndefined();
  });

  test('shows neither its text nor that two are the same', () => {
    const [one, two] = [seal('1//token', RING, ['a'], 'u1'), seal('1//token', RING, ['a'], 'u2')];
    expect(one).not.toBe(two);
    for (const sealed of [one, two]) expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('token');
  });
});
