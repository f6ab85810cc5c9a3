/** What the manage API can do: each operation's address, what it takes, and the use case it asks for. */
import { BadRequest, UnknownCalendar } from '../../shared/domain/errors.ts';
import { calendarKeyOf, readCalendarKey } from '../../shared/domain/ids.ts';
import { checkName } from '../../shared/domain/names.ts';
import type { CalendarServices, ChannelServices } from '../../shared/domain/ports.ts';
import { CALENDAR_STATUSES, type CalendarStatus } from '../../shared/domain/state/records.ts';
import { announceConference } from '../../shared/flow/calendars/announce-conference.ts';
import { pauseCalendar, requestSync, resumeCalendar } from '../../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { removeCalendar } from '../../shared/flow/calendars/remove-calendar.ts';
import { CONNECTION_OPERATIONS } from './connection-operations.ts';
import { type Answer, type Call, type Operation, REMOVAL_MS } from './operation.ts';
import { flagMember, textMember } from './read-body.ts';
import { PAGE_PARAMETERS, pageSizeOf, readPage } from './read-page.ts';
import { viewBinding, viewCalendar } from './views.ts';

const CALENDAR = '/v1/calendars/(?<calendarId>[^/]+)';
const BARE = { parameters: [], members: null, isConditional: true };

/** All of them. */
export const OPERATIONS: readonly Operation[] = [
  {
    ...BARE,
    action: 'list',
    method: 'GET',
    path: /^\/v1\/calendars$/,
    parameters: [...PAGE_PARAMETERS, 'status'],
    act: listCalendars,
  },
  { ...BARE, action: 'get', method: 'GET', path: exactly(CALENDAR), act: getCalendar },
  { ...BARE, action: 'register', method: 'PUT', path: exactly(CALENDAR), members: ['subject'], act: putCalendar },
  { ...BARE, action: 'remove', method: 'DELETE', path: exactly(CALENDAR), act: deleteCalendar },
  {
    ...BARE,
    action: 'sync',
    method: 'POST',
    path: exactly(`${CALENDAR}/sync`),
    members: ['full', 'resend'],
    act: syncNow,
  },
  { ...BARE, action: 'pause', method: 'POST', path: exactly(`${CALENDAR}/pause`), act: pause },
  { ...BARE, action: 'resume', method: 'POST', path: exactly(`${CALENDAR}/resume`), act: resume },
  {
    ...BARE,
    action: 'announce',
    method: 'PUT',
    path: exactly(`${CALENDAR}/bindings/(?<eventId>[^/]+)`),
    members: ['conferenceId'],
    // A binding cannot be read by itself, so no caller could know its tag.
    isConditional: false,
    act: putBinding,
  },
  ...CONNECTION_OPERATIONS,
];

async function listCalendars({ store }: CalendarServices, { query }: Call): Promise<Answer> {
  const size = pageSizeOf(query);
  const status = readStatus(query.get('status'));
  const { found, next } = await readPage(query, size, readCalendarKey, (range) => store.calendars(range, status));
  return { status: 200, body: { calendars: found.map(viewCalendar), ...next } };
}

async function getCalendar({ store }: CalendarServices, { calendarId }: Call): Promise<Answer> {
  // Only a transaction tells a record that cannot be read from one that is not there.
  const calendar = await store.transact((tx) => tx.calendar(calendarKeyOf(calendarId)));
  if (calendar === undefined) throw unknown(calendarId);
  return { status: 200, body: viewCalendar(calendar) };
}

async function putCalendar(services: ChannelServices, { calendarId, members, isExpected }: Call): Promise<Answer> {
  const { calendar, isNew } = await registerCalendar(services, calendarId, textMember(members, 'subject'), isExpected);
  return { status: isNew ? 201 : 200, body: viewCalendar(calendar) };
}

async function deleteCalendar(services: CalendarServices, { calendarId, isExpected }: Call): Promise<Answer> {
  try {
    await removeCalendar(services, calendarKeyOf(calendarId), services.clock.now() + REMOVAL_MS, isExpected);
  } catch (error) {
    throw error instanceof UnknownCalendar ? unknown(calendarId) : error;
  }
  return { status: 204 };
}

async function syncNow(services: CalendarServices, { calendarId, members, isExpected }: Call): Promise<Answer> {
  checkName('calendarId', calendarId);
  const wish = { full: flagMember(members, 'full'), resend: flagMember(members, 'resend') };
  return { status: 202, body: viewCalendar(await requestSync(services, calendarKeyOf(calendarId), wish, isExpected)) };
}

async function pause(services: CalendarServices, { calendarId, isExpected }: Call): Promise<Answer> {
  checkName('calendarId', calendarId);
  return { status: 200, body: viewCalendar(await pauseCalendar(services, calendarKeyOf(calendarId), isExpected)) };
}

async function resume(services: CalendarServices, { calendarId, isExpected }: Call): Promise<Answer> {
  checkName('calendarId', calendarId);
  return { status: 200, body: viewCalendar(await resumeCalendar(services, calendarKeyOf(calendarId), isExpected)) };
}

async function putBinding(services: CalendarServices, { calendarId, eventId, members }: Call): Promise<Answer> {
  checkName('calendarId', calendarId);
  const conferenceId = textMember(members, 'conferenceId');
  const binding = await announceConference(services, calendarKeyOf(calendarId), eventId, conferenceId);
  return { status: 200, body: binding === undefined ? {} : viewBinding(binding, conferenceId) };
}

/**
 * Calendars were once registered under names that are refused now. They can still be looked at and removed; that there is none of
 * such a name is told by what is wrong with it.
 */
function unknown(calendarId: string): UnknownCalendar {
  checkName('calendarId', calendarId);
  return new UnknownCalendar('no such calendar is registered');
}

function readStatus(text: string | undefined): CalendarStatus | undefined {
  if (text === undefined) return undefined;
  const status = CALENDAR_STATUSES.find((known) => known === text);
  if (status === undefined) throw new BadRequest(`status must be one of ${CALENDAR_STATUSES.join(', ')}`);
  return status;
}

function exactly(path: string): RegExp {
  return new RegExp(`^${path}$`);
}
