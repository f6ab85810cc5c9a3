/**
 * manageCalendars: the API of add-ons and operators. Who may call it is decided by IAM before a request gets here. Its contract is
 * `docs/openapi.json`.
 */
import type { HttpFunction, Request, Response } from '@google-cloud/functions-framework';
import { BadRequest, NotAsExpected } from '../shared/domain/errors.ts';
import { type Conditions, entityTagOf, holdsMatch, holdsNoneMatch, readConditions } from './manage/conditions.ts';
import type { Answer, Call, ManageServices, Operation } from './manage/operation.ts';
import { OPERATIONS } from './manage/operations.ts';
import { readBody } from './manage/read-body.ts';
import { readQuery } from './manage/read-query.ts';
import { viewCalendar } from './manage/views.ts';
import { type Problem, problemOf, sendProblem } from './problem.ts';

/** The handler over these services. */
export function manageCalendarsHandler(services: ManageServices): HttpFunction {
  return async (request, response) => {
    const address = addressOf(request);
    const here = OPERATIONS.filter(({ path }) => path.test(address));
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const operation = here.find((one) => one.method === method);
    if (operation === undefined) {
      sendProblem(response, nothingHere(here));
      return;
    }
    const { action } = operation;
    try {
      const conditions = readConditions(request.headers);
      const answer = await operation.act(services, callOf(operation, address, request, conditions));
      const status = method === 'GET' ? statusOfReading(answer, conditions) : answer.status;
      services.log.write({ line: 'manage', action, status });
      send(response, { ...answer, status }, operation);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined || problem.status >= 500)
        services.log.write({ line: 'failure', where: 'manageCalendars', error });
      const told = problem ?? {
        status: 500,
        title: 'Internal error',
        detail: 'This is a fault of the service; its log says more.',
      };
      services.log.write({ line: 'manage', action, status: told.status });
      sendProblem(response, told);
    }
  };
}

/**
 * A slash at the end says nothing. It is there for IDs such as anna@example.cz: some addresses that end in z are answered by Google and never
 * get here (https://cloud.google.com/run/docs/known-issues).
 */
function addressOf({ path }: Request): string {
  return path.replace(/\/$/, '');
}

/** What is said at an address without the operation that was asked for. */
function nothingHere(here: readonly Operation[]): Problem {
  if (here.length === 0) {
    const detail =
      'There is nothing at this address; the API begins at /v1/calendars, /v1/connections and /v1/subjects.';
    return { status: 404, title: 'Not found', detail };
  }
  const allow = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return { status: 405, title: 'Method not allowed', detail: `This address knows ${allow}.`, allow };
}

/** @throws BadRequest, UnsupportedBody */
function callOf(
  { path, parameters, members, isConditional }: Operation,
  address: string,
  request: Request,
  conditions: Conditions,
): Call {
  if (!isConditional && (conditions.ifMatch ?? conditions.ifNoneMatch) !== undefined)
    throw new BadRequest('this operation takes no conditions: send the request without If-Match and If-None-Match');
  // The gate lets no address through that cannot be decoded.
  const { calendarId = '', eventId = '', subject = '' } = path.exec(address)?.groups ?? {};
  return {
    calendarId: decodeURIComponent(calendarId),
    eventId: decodeURIComponent(eventId),
    subject: decodeURIComponent(subject),
    query: readQuery(request.url, parameters),
    members: readBody(request, members),
    isExpected: (stored) => {
      const tag = stored === undefined ? undefined : entityTagOf(viewCalendar(stored));
      return holdsMatch(conditions, tag) && holdsNoneMatch(conditions, tag);
    },
  };
}

/** @throws NotAsExpected */
function statusOfReading({ status, body = {} }: Answer, conditions: Conditions): number {
  const tag = entityTagOf(body);
  if (!holdsMatch(conditions, tag)) throw new NotAsExpected('what is there is not what the request expects');
  return holdsNoneMatch(conditions, tag) ? status : 304;
}

function send(response: Response, { status, body }: Answer, { isConditional }: Operation): void {
  response.status(status);
  if (body === undefined) {
    response.end();
    return;
  }
  if (isConditional) response.set('ETag', entityTagOf(body));
  if (status === 304) response.end();
  else response.json(body);
}
