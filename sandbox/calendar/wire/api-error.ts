/**
 * The errors of the Calendar API, with the bodies that Google documents
 * (https://developers.google.com/workspace/calendar/api/guides/errors) or that others have recorded. Every refusal in
 * the simulator is one of these, thrown where it is noticed and turned into an answer at one place.
 */
import type { CalendarAnswer } from './answers.ts';

/** Where in the request the trouble lies, as Google's bodies say it. */
interface ErrorLocation {
  readonly locationType: 'parameter' | 'header';
  readonly location: string;
}

/** A request is refused; `answer()` is what the client gets. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly domain: string;
  readonly reason: string;
  readonly location: ErrorLocation | undefined;

  constructor(status: number, domain: string, reason: string, message: string, location?: ErrorLocation) {
    super(message);
    this.status = status;
    this.domain = domain;
    this.reason = reason;
    this.location = location;
  }

  /** The answer in Google's shape. */
  answer(): CalendarAnswer {
    const detail = { domain: this.domain, reason: this.reason, message: this.message, ...this.location };
    return {
      status: this.status,
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      body: { error: { errors: [detail], code: this.status, message: this.message } },
    };
  }
}

/** 404: no such thing, or none that the user may see. */
export function notFound(message = 'Not Found'): ApiError {
  return new ApiError(404, 'global', 'notFound', message);
}

/** 400: a value that makes no sense. */
export function invalid(message: string, parameter?: string): ApiError {
  return new ApiError(400, 'global', 'invalid', message, parameterAt(parameter));
}

/** 400: a query parameter out of its range. */
export function invalidParameter(message: string, parameter: string): ApiError {
  return new ApiError(400, 'global', 'invalidParameter', message, parameterAt(parameter));
}

/** 400: something that the request needs is missing. */
export function required(message: string): ApiError {
  return new ApiError(400, 'global', 'required', message);
}

/** 400: the same, with the name of the member or parameter that is missing. */
export function requiredAt(message: string, parameter: string): ApiError {
  return new ApiError(400, 'global', 'required', message, parameterAt(parameter));
}

/** 400: the request as a whole cannot be understood. */
export function badRequest(message = 'Bad Request'): ApiError {
  return new ApiError(400, 'global', 'badRequest', message);
}

/** 400: an end before its start. */
export function timeRangeEmpty(parameter = 'timeMax'): ApiError {
  return new ApiError(400, 'calendar', 'timeRangeEmpty', 'The specified time range is empty.', parameterAt(parameter));
}

/** 403: the user sees the calendar but may do less than this needs. */
export function requiredAccessLevel(level: 'reader' | 'writer' | 'owner'): ApiError {
  return new ApiError(403, 'calendar', 'requiredAccessLevel', `You need to have ${level} access to this calendar.`);
}

/** 403: the user may not do that, whatever his role. */
export function forbidden(): ApiError {
  return new ApiError(403, 'global', 'forbidden', 'Forbidden');
}

/** 403: a guest wants to change what belongs to the organizer. */
export function forbiddenForNonOrganizer(): ApiError {
  return new ApiError(
    403,
    'calendar',
    'forbiddenForNonOrganizer',
    'Shared properties can only be changed by the organizer of the event.',
  );
}

/** 410: the event is deleted. */
export function deleted(): ApiError {
  return new ApiError(410, 'global', 'deleted', 'Resource has been deleted');
}

/** 409: the chosen id is taken. */
export function duplicate(): ApiError {
  return new ApiError(409, 'global', 'duplicate', 'The requested identifier already exists.');
}

/** 412: the event is no longer the version that the client knows. */
export function conditionNotMet(): ApiError {
  return new ApiError(412, 'global', 'conditionNotMet', 'Precondition Failed', {
    locationType: 'header',
    location: 'If-Match',
  });
}

/** 410: the sync token has expired. */
export function fullSyncRequired(): ApiError {
  return new ApiError(
    410,
    'calendar',
    'fullSyncRequired',
    'Sync token is no longer valid, a full sync is required.',
    parameterAt('syncToken'),
  );
}

/** 410: `updatedMin` reaches back further than deletions are remembered. */
export function updatedMinTooLongAgo(): ApiError {
  return new ApiError(
    410,
    'calendar',
    'updatedMinTooLongAgo',
    'The requested minimum modification time lies too far in the past.',
    parameterAt('updatedMin'),
  );
}

/** 400: a sync token together with a parameter that narrows the listing. */
export function syncTokenWithRequestRestrictions(): ApiError {
  return new ApiError(
    400,
    'calendar',
    'syncTokenWithRequestRestrictions',
    'Sync token cannot be used with other request restrictions.',
    parameterAt('syncToken'),
  );
}

/** 401: who asks cannot be told. */
export function authError(): ApiError {
  return new ApiError(401, 'global', 'authError', 'Invalid Credentials', {
    locationType: 'header',
    location: 'Authorization',
  });
}

/**
 * 403: the token's scopes do not cover the method. Body and header as people met them (analogdotnow/Analog#296,
 * kwent/react-google-contacts#6).
 */
export class ScopeInsufficient extends ApiError {
  readonly #method: string;
  readonly #scopes: readonly string[];

  /** `method` as `events.list`; `scopes` are those of which one would do. */
  constructor(method: string, scopes: readonly string[]) {
    super(403, 'global', 'insufficientPermissions', 'Insufficient Permission');
    this.#method = method.replace(/(^|\.)(\w)/g, (start) => start.toUpperCase());
    this.#scopes = scopes;
  }

  override answer(): CalendarAnswer {
    const { status, headers } = super.answer();
    const realm = `Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="${this.#scopes.join(' ')}"`;
    const error = {
      code: status,
      message: 'Request had insufficient authentication scopes.',
      errors: [{ message: this.message, domain: this.domain, reason: this.reason }],
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
          domain: 'googleapis.com',
          metadata: { service: 'calendar-json.googleapis.com', method: `calendar.v3.${this.#method}` },
        },
      ],
    };
    return { status, headers: { ...headers, 'www-authenticate': realm }, body: { error } };
  }
}

function parameterAt(parameter: string | undefined): ErrorLocation | undefined {
  return parameter === undefined ? undefined : { locationType: 'parameter', location: parameter };
}

/** 500: Google's own trouble. */
export function backendError(): ApiError {
  return new ApiError(500, 'global', 'backendError', 'Backend Error');
}
