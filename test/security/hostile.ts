/** Inputs that somebody means ill with, for fast-check: texts, JSON and objects that break careless code. */
import fc from 'fast-check';

/** Texts: control characters, ends of lines, quotes, escapes, halves of surrogate pairs, lengths. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\r\nSet-Cookie: a=b',
    '\n{"severity":"ERROR","line":"failure"}',
    '"}\n{"severity":"ALERT"}',
    '\u2028\u2029\u0085',
    '\ud800',
    '\u202e\u200b',
    '\u001b[2J\u001b[31m',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '../../etc/passwd',
    '..%2f..%2f',
    '%00',
    '%',
    '%ff',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: meant for those who evaluate it
    '${jndi:ldap://x/a}',
    "'; DROP TABLE calendars; --",
    '<script>alert(1)</script>',
    'NaN',
    '-0',
    '1e309',
    'null',
    'undefined',
  ),
  fc.integer({ min: 1, max: 20_000 }).map((length) => 'A'.repeat(length)),
);

/** Any JSON value with hostile texts and names in it. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'hostile' },
    hostileText,
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 9_007_199_254_740_991, 1e308),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 5 }),
    // Built from text, so that `__proto__` is a field like any other, as it is in JSON that came from outside.
    fc
      .array(fc.tuple(hostileText, tie('value')), { maxLength: 5 })
      .map((fields): unknown =>
        JSON.parse(
          `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value ?? null)}`).join(',')}}`,
        ),
      ),
  ),
})).value;

/** An object of these fields, each of them right, hostile, or missing. */
export function spoilt(fields: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const spoiltFields = Object.fromEntries(
    Object.entries(fields).map(([name, right]) => [
      name,
      fc.oneof({ weight: 3, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: hostileJson }),
    ]),
  );
  return fc.record(spoiltFields, { requiredKeys: [] });
}

/** A text with a piece cut out, doubled, or put in. */
export function mangled(text: string): fc.Arbitrary<string> {
  const place = fc.nat(text.length);
  return fc.oneof(
    fc.tuple(place, place).map(([from, to]) => text.slice(0, Math.min(from, to)) + text.slice(Math.max(from, to))),
    fc.tuple(place, hostileText).map(([at, piece]) => text.slice(0, at) + piece + text.slice(at)),
    fc.tuple(place, place).map(([from, to]) => text.slice(0, from) + text.slice(to)),
    place.map((at) => text.slice(0, at)),
  );
}
