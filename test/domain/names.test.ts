/** Names that callers give: which are taken, how the others are refused, and that docs/openapi.json says the same. */
import { describe, expect, test } from '@jest/globals';
import { BadRequest } from '../../shared/domain/errors.ts';
import { checkName, NAME_RULES } from '../../shared/domain/names.ts';
import { DESCRIBED, type Schema } from '../http-api/document.ts';

type Field = keyof typeof NAME_RULES;

test.each<[Field, string]>([
  ['calendarId', 'alice@example.com'],
  ['calendarId', 'c_0123abcd@group.calendar.google.com'],
  ['calendarId', 'en.usa#holiday@group.v.calendar.google.com'],
  ['calendarId', 'primary@example.com'],
  ['calendarId', '...'],
  ['calendarId', '\u{1f600}'.repeat(320)],
  ['eventId', '7m0q2v9u1c5r8k3t6b4d0e2f1g_20270101T100000Z'],
  ['eventId', 'e'.repeat(1_024)],
  ['subject', "o'brien+sync@sub.example.com"],
  ['subject', 'jürgen@beispiel.example'],
  ['conferenceId', 'room 17, 2nd floor'],
])('%s can be %s', (field, name) => {
  expect(() => checkName(field, name)).not.toThrow();
});

describe('a name that can mean nothing is refused in a sentence that says why', () => {
  test.each<[Field, string, string]>([
    ['calendarId', '', 'calendarId is empty'],
    ['calendarId', '.', 'calendarId is ., which names nothing'],
    ['calendarId', '..', 'calendarId is .., which names nothing'],
    ['calendarId', 'PriMary', 'calendarId is primary, which is another calendar for each user'],
    ['calendarId', 'a b', 'calendarId must be a calendar ID as Google shows it'],
    ['calendarId', 'a\0b', 'calendarId must be a calendar ID as Google shows it'],
    ['calendarId', 'a\u202eb', 'calendarId must be a calendar ID as Google shows it'],
    ['calendarId', '\u{1f600}'.repeat(321), 'calendarId has 321 characters; at most 320 are taken'],
    ['eventId', '..', 'eventId is .., which names nothing'],
    ['eventId', 'é', 'eventId must be an event id as Google shows it'],
    ['eventId', 'e'.repeat(1_025), 'eventId has 1025 characters; at most 1024 are taken'],
    ['subject', 'alice', 'subject must be the address of the user'],
    ['subject', 'a@b@c', 'subject must be the address of the user'],
    ['subject', '@example.com', 'subject must be the address of the user'],
    ['subject', 'alice@example.com\n', 'subject must be the address of the user'],
    ['subject', '\ud800@example.com', 'subject has half of a surrogate pair'],
    ['conferenceId', 'a\u0085b', 'conferenceId must be the id that the conference has'],
    ['conferenceId', '\udc00', 'conferenceId has half of a surrogate pair'],
  ])('%s %j', (field, name, message) => {
    expect(() => checkName(field, name)).toThrow(BadRequest);
    expect(() => checkName(field, name)).toThrow(message);
  });
});

test.each(Object.entries(NAME_RULES))(
  'the document says of %s what the service goes by',
  (field, { lengthMax, pattern }) => {
    const schemas = DESCRIBED.flatMap(({ parameters, body }) => [
      ...parameters.filter(({ name }) => name === field).map(({ schema }) => schema),
      ...Object.entries((body?.properties ?? {}) as Record<string, Schema>)
        .filter(([name]) => name === field)
        .map(([, schema]) => schema),
    ]);
    expect(schemas.length).toBeGreaterThan(0);
    for (const schema of schemas) expect(schema).toMatchObject({ maxLength: lengthMax, pattern });
  },
);
