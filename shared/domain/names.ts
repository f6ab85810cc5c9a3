/**
 * Names that callers give. Only what can name something is taken: a name that is stored is sent to Google and to the conference system for
 * as long as its record lives. docs/openapi.json says the same, as schemas.
 */
import { BadRequest } from './errors.ts';

/** White space, control characters, and characters that are not to be seen (directions, zero width); none is part of a name. */
const UNSEEN = '\\u0000-\\u0020\\u007f-\\u00a0\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3000\\ufeff';

interface NameRule {
  /** Code points, as JSON Schema counts. */
  readonly lengthMax: number;
  /** Valid for each character and in the whole. */
  readonly pattern: string;
  /** What the pattern asks for, after "must be". */
  readonly shape: string;
}

/**
 * The lengths of the two that stand in addresses leave room within the 16 KiB that Node takes for a request's head
 * (https://nodejs.org/api/cli.html#--max-http-header-sizesize), even if each character takes four bytes of three signs each.
 */
export const NAME_RULES = {
  calendarId: {
    lengthMax: 320,
    pattern: `^[^${UNSEEN}]+$`,
    shape: 'a calendar ID as Google shows it, without white space and control characters',
  },
  /** Google makes event ids of a-v, 0-9 and _: https://developers.google.com/workspace/calendar/api/v3/reference/events. */
  eventId: {
    lengthMax: 1_024,
    pattern: '^[!-~]+$',
    shape: 'an event id as Google shows it, in visible ASCII characters',
  },
  subject: {
    lengthMax: 320,
    pattern: `^[^${UNSEEN}@]+@[^${UNSEEN}@]+$`,
    shape: 'the address of the user to act as, such as alice@example.com',
  },
  conferenceId: {
    lengthMax: 1_024,
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+$',
    shape: 'the id that the conference has in conferenceData, without control characters',
  },
} as const satisfies Readonly<Record<string, NameRule>>;

/** Names of places in an address, which clients and proxies resolve before we see them. */
const PLACE = /^\.{1,2}$/;
/** Google's word for the calendar of whoever asks, in any case of letters; every user's is another. */
const OWN_CALENDAR = /^primary$/i;

/** @throws BadRequest in a sentence that names the field, what it has and what it should be */
export function checkName(field: keyof typeof NAME_RULES, name: string): void {
  const { lengthMax, pattern, shape } = NAME_RULES[field];
  const length = [...name].length;
  if (length === 0) throw new BadRequest(`${field} is empty: it must be ${shape}`);
  if (length > lengthMax) throw new BadRequest(`${field} has ${length} characters; at most ${lengthMax} are taken`);
  if (!name.isWellFormed())
    throw new BadRequest(`${field} has half of a surrogate pair, which is no character: it must be ${shape}`);
  if (!new RegExp(pattern, 'u').test(name)) throw new BadRequest(`${field} must be ${shape}`);
  if ((field === 'calendarId' || field === 'eventId') && PLACE.test(name))
    throw new BadRequest(`${field} is ${name}, which names nothing: it must be ${shape}`);
  if (field === 'calendarId' && OWN_CALENDAR.test(name)) {
    throw new BadRequest(
      'calendarId is primary, which is another calendar for each user: use the address of the user whose calendar it is',
    );
  }
}
