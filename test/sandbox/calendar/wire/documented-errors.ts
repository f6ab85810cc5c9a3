/**
 * The bodies of the Calendar API's errors, written from its guide (https://developers.google.com/workspace/calendar/api/guides/errors);
 * `pushNotSupportedForRequestedResource` and `quotaExceeded` from what client code expects of them.
 */

type Location = readonly ['header' | 'parameter', string];

function body(code: number, domain: string, reason: string, message: string, location?: Location): object {
  const where = location === undefined ? {} : { locationType: location[0], location: location[1] };
  return { error: { errors: [{ domain, reason, message, ...where }], code, message } };
}

/** By the name of the recording that shows the same error. */
export const DOCUMENTED_ERRORS = {
  'error-401-authError': body(401, 'global', 'authError', 'Invalid Credentials', ['header', 'Authorization']),
  'error-403-quotaExceeded': body(403, 'usageLimits', 'quotaExceeded', 'Calendar usage limits exceeded.'),
  'error-403-rateLimitExceeded': body(403, 'usageLimits', 'rateLimitExceeded', 'Rate Limit Exceeded'),
  'error-403-userRateLimitExceeded': body(403, 'usageLimits', 'userRateLimitExceeded', 'User Rate Limit Exceeded'),
  'error-429-rateLimitExceeded': body(429, 'usageLimits', 'rateLimitExceeded', 'Rate Limit Exceeded'),
  'error-500-backendError': body(500, 'global', 'backendError', 'Backend Error'),
  'error-404-notFound': body(404, 'global', 'notFound', 'Not Found'),
  'error-410-deleted': body(410, 'global', 'deleted', 'Resource has been deleted'),
  'error-410-fullSyncRequired-docs': body(
    410,
    'calendar',
    'fullSyncRequired',
    'Sync token is no longer valid, a full sync is required.',
    ['parameter', 'syncToken'],
  ),
  'error-410-updatedMinTooLongAgo': body(
    410,
    'calendar',
    'updatedMinTooLongAgo',
    'The requested minimum modification time lies too far in the past.',
    ['parameter', 'updatedMin'],
  ),
  'error-412-conditionNotMet': body(412, 'global', 'conditionNotMet', 'Precondition Failed', ['header', 'If-Match']),
  'error-400-pushNotSupportedForRequestedResource': body(
    400,
    'calendar',
    'pushNotSupportedForRequestedResource',
    'Push notifications are not supported by this resource.',
  ),
} as const;

/** See DOCUMENTED_ERRORS. */
export type DocumentedError = keyof typeof DOCUMENTED_ERRORS;
