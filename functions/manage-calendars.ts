/**
 * manageCalendars: the API of add-ons and operators. Who may call it is decided by IAM before a request gets here. Its contract is
 * `docs/openapi.json`.
 */
import type { HttpFunction, Request } from '@google-cloud/functions-framework';
import { BadRequest, UnknownCalendar } from '../shared/domain/errors.ts';
import { calendarKeyOf, readCalendarKey } from '../shared/domain/ids.ts';
import type { CalendarServices } from '../shared/domain/ports.ts';
import { CALENDAR_STATUSES, type CalendarStatus } from '../shared/domain/state/records.ts';
import { announceConference } from '../shared/flow/calendars/announce-conference.ts';
import { pauseCalendar, requestSync, resumeCalendar } from '../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../shared/flow/calendars/register-calendar.ts';
import { removeCalendar } from '../shared/flow/calendars/remove-calendar.ts';
import { viewBinding, viewCalendar } from './manage-views.ts';
import { problemOf, sendProblem } from './problem.ts';

interface Answer {
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The parts of a path that a route names, decoded. */
type Parts = readonly string[];
type Action = (services: CalendarServices, request: Request, parts: Parts) => Promise<Answer>;

interface Route {
  readonly action: string;
  readonly method: string;
  readonly path: RegExp;
  readonly act: Action;
}

const CALENDAR = '/v1/calendars/([^/]+)';

const ROUTES: readonly Route[] = [
  { action: 'list', method: 'GET', path: /^\/v1\/calendars\/?$/, act: listCalendars },
  { action: 'get', method: 'GET', path: exactly(CALENDAR), act: getCalendar },
  { action: 'register', method: 'PUT', path: exactly(CALENDAR), act: putCalendar },
  { action: 'remove', method: 'DELETE', path: exactly(CALENDAR), act: deleteCalendar },
  { action: 'sync', method: 'POST', path: exactly(`${CALENDAR}/sync`), act: syncNow },
  { action: 'pause', method: 'POST', path: exactly(`${CALENDAR}/pause`), act: pause },
  { action: 'resume', method: 'POST', path: exactly(`${CALENDAR}/resume`), act: resume },
  { action: 'announce', method: 'PUT', path: exactly(`${CALENDAR}/bindings/([^/]+)`), act: putBinding },
];

const PAGE_SIZE_MAX = 500;

/** The handler over these services. */
export function manageCalendarsHandler(services: CalendarServices): HttpFunction {
  return async (request, response) => {
    const here = ROUTES.filter(({ path }) => path.test(request.path));
    const route = here.find(({ method }) => method === request.method);
    if (route === undefined) {
      const allow = here.map(({ method }) => method).join(', ');
      sendProblem(
        response,
        allow === ''
          ? {
              status: 404,
              title: 'Not found',
              detail: 'There is nothing at this address; the API begins at /v1/calendars.',
            }
          : { status: 405, title: 'Method not allowed', detail: `This address knows ${allow}.`, allow },
      );
      return;
    }
    try {
      const parts = partsOf(request.path, route.path);
      const { status, body } = await route.act(services, request, parts);
      services.log.write({ line: 'manage', action: route.action, status });
      if (body === undefined) response.status(status).end();
      else response.status(status).json(body);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined || problem.status >= 500)
        services.log.write({ line: 'failure', where: 'manageCalendars', error });
      const told = problem ?? {
        status: 500,
        title: 'Internal error',
        detail: 'This is a fault of the service; its log says more.',
      };
      services.log.write({ line: 'manage', action: route.action, status: told.status });
      sendProblem(response, told);
    }
  };
}

async function listCalendars(services: CalendarServices, request: Request): Promise<Answer> {
  const limit = readPageSize(request.query.pageSize);
  const status = readStatus(request.query.status);
  const after = request.query.pageToken === undefined ? null : readCalendarKey(request.query.pageToken);
  if (after === undefined) throw new BadRequest('pageToken must be the nextPageToken of an earlier answer');
  const calendars = await services.store.calendars({ after, limit }, status);
  const nextPageToken = calendars.length === limit ? calendars.at(-1)?.key : undefined;
  return {
    status: 200,
    body: { calendars: calendars.map(viewCalendar), ...(nextPageToken !== undefined && { nextPageToken }) },
  };
}

async function getCalendar(services: CalendarServices, _request: Request, [id = '']: Parts): Promise<Answer> {
  // Only a transaction tells a record that cannot be read from one that is not there.
  const calendar = await services.store.transact((tx) => tx.calendar(calendarKeyOf(id)));
  if (calendar === undefined) throw new UnknownCalendar('no such calendar is registered');
  return { status: 200, body: viewCalendar(calendar) };
}

async function putCalendar(services: CalendarServices, request: Request, [id = '']: Parts): Promise<Answer> {
  const subject = textField(request, 'subject');
  const { calendar, isNew } = await registerCalendar(services, id, subject);
  return { status: isNew ? 201 : 200, body: viewCalendar(calendar) };
}

async function deleteCalendar(services: CalendarServices, _request: Request, [id = '']: Parts): Promise<Answer> {
  await removeCalendar(services, calendarKeyOf(id));
  return { status: 204 };
}

async function syncNow(services: CalendarServices, request: Request, [id = '']: Parts): Promise<Answer> {
  const wish = { full: flagField(request, 'full'), resend: flagField(request, 'resend') };
  return { status: 202, body: viewCalendar(await requestSync(services, calendarKeyOf(id), wish)) };
}

async function pause(services: CalendarServices, _request: Request, [id = '']: Parts): Promise<Answer> {
  return { status: 200, body: viewCalendar(await pauseCalendar(services, calendarKeyOf(id))) };
}

async function resume(services: CalendarServices, _request: Request, [id = '']: Parts): Promise<Answer> {
  return { status: 200, body: viewCalendar(await resumeCalendar(services, calendarKeyOf(id))) };
}

async function putBinding(
  services: CalendarServices,
  request: Request,
  [id = '', eventId = '']: Parts,
): Promise<Answer> {
  const conferenceId = textField(request, 'conferenceId');
  const binding = await announceConference(services, calendarKeyOf(id), eventId, conferenceId);
  return { status: 200, body: binding === undefined ? {} : viewBinding(binding, conferenceId) };
}

function exactly(path: string): RegExp {
  return new RegExp(`^${path}/?$`);
}

function partsOf(path: string, pattern: RegExp): Parts {
  try {
    return (pattern.exec(path)?.slice(1) ?? []).map(decodeURIComponent);
  } catch {
    throw new BadRequest('the address holds a % that is no escape; encode the calendar ID with encodeURIComponent');
  }
}

function bodyOf(request: Request): Readonly<Record<string, unknown>> {
  const body: unknown = request.body;
  const isEmpty = body === undefined || body === null || request.rawBody === undefined || request.rawBody.length === 0;
  if (isEmpty) return {};
  if (typeof body !== 'object' || Array.isArray(body) || Buffer.isBuffer(body)) {
    throw new BadRequest('the body must be a JSON object, sent with content-type application/json');
  }
  return { ...body };
}

function textField(request: Request, name: string): string {
  const value = bodyOf(request)[name];
  if (typeof value !== 'string' || value === '')
    throw new BadRequest(`${name} is missing: the body must be {"${name}": "..."}`);
  return value;
}

function flagField(request: Request, name: string): boolean {
  const value = bodyOf(request)[name] ?? false;
  if (typeof value !== 'boolean') throw new BadRequest(`${name} must be true or false`);
  return value;
}

function readPageSize(value: unknown): number {
  if (value === undefined) return 100;
  const size = Number(value);
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE_MAX)
    throw new BadRequest(`pageSize must be 1 to ${PAGE_SIZE_MAX}`);
  return size;
}

function readStatus(value: unknown): CalendarStatus | undefined {
  if (value === undefined) return undefined;
  const status = CALENDAR_STATUSES.find((known) => known === value);
  if (status === undefined) throw new BadRequest(`status must be one of ${CALENDAR_STATUSES.join(', ')}`);
  return status;
}
