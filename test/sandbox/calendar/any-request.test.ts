/** Whatever a client sends to any method, the answer is one of Google's: no exception, no 500, and an error in the usual shape. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { METHODS } from '../../../sandbox/calendar/wire/methods.ts';
import { ALICE, BOB, buildWorld, meeting, reasonOf } from './world.ts';

const TEXTS = [
  '',
  'x',
  '0',
  '-1',
  '1e9',
  'true',
  '2027-01-01',
  '2027-01-01T00:00:00Z',
  'primary',
  BOB,
  '__proto__',
  '☃',
  'a=b',
];
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 20 }));
const MEMBERS =
  'id summary start end date dateTime timeZone recurrence attendees email status role scope type value items timeMin timeMax reminders overrides method minutes address params ttl sequence conferenceData createRequest'.split(
    ' ',
  );
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 5, -1, 1e300),
    text,
    fc.array(tie('json'), { maxLength: 2 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...MEMBERS), tie('json'), { maxKeys: 5 }),
}));
/** One that the method would take, so that not all requests end at the first check. */
const plausible = {
  ...meeting(),
  role: 'reader',
  scope: { type: 'user', value: BOB },
  items: [{ id: 'primary' }],
  timeMin: '2027-01-01T00:00:00Z',
  timeMax: '2027-02-01T00:00:00Z',
};
const body = fc.oneof(
  json,
  json.map((more) => ({ ...plausible, ...Object(more) })),
);

const request = fc.constantFrom(...Object.values(METHODS)).chain((method) =>
  fc.record({
    verb: fc.constant(method.verb),
    path: fc
      .tuple(
        ...method.path
          .split('/')
          .map((part) => (part.startsWith('{') ? fc.oneof(fc.constant('primary'), text) : fc.constant(part))),
      )
      .map((parts) => parts.map(encodeURIComponent).join('/')),
    query: fc.dictionary(fc.constantFrom('fields', ...method.query), text, { maxKeys: 3 }),
    body,
  }),
);

test('any sequence of requests is answered in the usual shapes', () => {
  let answered = 0;
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 20 }), (requests) => {
      const world = buildWorld();
      world.insert(ALICE);
      for (const { verb, path, ...rest } of requests) {
        const answer = world.call(verb, path, { ...rest, as: ALICE });
        answered += 1;
        expect([200, 204, 304, 400, 401, 403, 404, 409, 410, 412]).toContain(answer.status);
        if (answer.status >= 400) expect(reasonOf(answer)).toEqual(expect.any(String));
      }
    }),
    { numRuns: 300 },
  );
  process.stdout.write(`any request: ${answered} answered\n`);
});
