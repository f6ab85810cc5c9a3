/** Names that an object has twice are found, and no others. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { repeatedName } from '../../functions/json-text.ts';

describe('a name that comes twice', () => {
  test.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"" : 1, "b":{}, "" : 2}', ''],
    ['[{"a":[{"b":1,"c":{"b":1},"b":2}]}]', 'b'],
    ['{"a":{"x":1},"b":"}","a":2}', 'a'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ])('%s', (text, name) => {
    expect(repeatedName(text)).toBe(name);
  });

  test('is found wherever it stands', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(objects, fc.nat(), fc.nat(), (object, nth, at) => {
        const members = Object.entries(object).map(
          ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
        );
        const name = Object.keys(object)[nth % members.length] ?? '';
        members.splice(at % (members.length + 1), 0, `${JSON.stringify(name)}: null`);
        expect(repeatedName(`{${members.join(', ')}}`)).toBe(name);
      }),
    );
  });

  test('is not seen where there is none', () => {
    fc.assert(fc.property(fc.json(), (text) => repeatedName(text) === undefined));
    expect(repeatedName('{"a":{"a":{"a":"a"}},"b":[{"a":1},{"a":1}],"c":"{\\"a\\":1,\\"a\\":1}"}')).toBeUndefined();
  });

  test('in 64 KiB of quotes, brackets and escapes costs no time', () => {
    const text = JSON.stringify({ a: '\\"{'.repeat(16_000), b: '}'.repeat(16_000) });
    const start = performance.now();
    expect(repeatedName(text)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(500);
  });
});
