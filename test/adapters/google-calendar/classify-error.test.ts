import { describe, expect, test } from '@jest/globals';
import { classifyError, type Operation } from '../../../shared/adapters/google-calendar/classify-error.ts';
import { GoogleUnavailable, RateLimited } from '../../../shared/domain/errors.ts';
import { testRecorded } from '../../recorded-traffic.ts';
import { googleError } from './scripted-server.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');

function nameOf(operation: Operation, status: number, body: unknown, hasSyncToken = false): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return classifyError({ operation, status, body: text, retryAfter: undefined, hasSyncToken }, NOW).name;
}

function nameOfReason(operation: Operation, status: number, reason: string, hasSyncToken = false): string {
  return nameOf(operation, status, googleError(status, reason).body, hasSyncToken);
}

describe('reasons before statuses', () => {
  test.each<[Operation, number, string, string]>([
    ['list', 403, 'rateLimitExceeded', 'RateLimited'],
    ['list', 403, 'userRateLimitExceeded', 'RateLimited'],
    ['list', 403, 'quotaExceeded', 'RateLimited'],
    ['list', 403, 'dailyLimitExceeded', 'RateLimited'],
    ['patch', 403, 'rateLimitExceeded', 'RateLimited'],
    ['list', 429, 'rateLimitExceeded', 'RateLimited'],
    ['list', 500, 'backendError', 'GoogleUnavailable'],
    ['list', 503, 'serviceNotAvailable', 'GoogleUnavailable'],
    ['list', 401, 'authError', 'AccessLost'],
    ['list', 403, 'insufficientPermissions', 'AccessLost'],
    ['list', 403, 'accessNotConfigured', 'OwnAccountRefused'],
    ['list', 403, 'requiredAccessLevel', 'CalendarUnreachable'],
    ['list', 403, 'notACalendarUser', 'CalendarUnreachable'],
    ['list', 403, 'forbidden', 'CalendarUnreachable'],
    ['list', 404, 'notFound', 'CalendarUnreachable'],
    ['watch', 404, 'notFound', 'CalendarUnreachable'],
    ['probe', 404, 'notFound', 'CalendarUnreachable'],
    ['get', 404, 'notFound', 'EventGone'],
    ['patch', 404, 'notFound', 'EventGone'],
    ['get', 410, 'deleted', 'EventGone'],
    ['patch', 410, 'deleted', 'EventGone'],
    ['stop', 410, 'deleted', 'EventGone'],
    ['stop', 404, 'notFound', 'EventGone'],
    ['stop', 403, 'forbidden', 'RequestRefused'],
    ['patch', 412, 'conditionNotMet', 'EventChanged'],
    ['patch', 409, 'conflict', 'EventChanged'],
    ['patch', 403, 'forbiddenForNonOrganizer', 'RequestRefused'],
    ['patch', 403, 'requiredAccessLevel', 'RequestRefused'],
    ['patch', 403, 'cannotChangeOrganizer', 'RequestRefused'],
    ['patch', 400, 'invalid', 'RequestRefused'],
    ['list', 400, 'timeRangeEmpty', 'RequestRefused'],
    ['list', 400, 'syncTokenWithRequestRestrictions', 'RequestRefused'],
    ['watch', 400, 'pushNotSupportedForRequestedResource', 'PushUnsupported'],
    ['watch', 400, 'channelIdNotUnique', 'ChannelIdTaken'],
    ['watch', 400, 'push.webhookUrlNotHttps', 'RequestRefused'],
    ['watch', 401, 'push.webhookUrlUnauthorized', 'RequestRefused'],
    ['watch', 410, 'gone', 'CalendarUnreachable'],
    ['list', 410, 'fullSyncRequired', 'SyncTokenRejected'],
    ['list', 410, 'updatedMinTooLongAgo', 'SyncTokenRejected'],
    ['list', 410, 'deleted', 'SyncTokenRejected'],
  ])('%s with %d %s means %4$s', (operation, status, reason, expected) => {
    expect(nameOfReason(operation, status, reason)).toBe(expected);
  });
});

describe('a sync token that is not accepted', () => {
  test('400 invalid on a list that carried one means the token', () => {
    expect(nameOfReason('list', 400, 'invalid', true)).toBe('SyncTokenRejected');
  });

  test('400 invalid on a list that carried none does not', () => {
    expect(nameOfReason('list', 400, 'invalid', false)).toBe('RequestRefused');
  });

  test('400 invalid that names the page token does not', () => {
    const { body } = googleError(400, 'invalid', { locationType: 'parameter', location: 'pageToken' });
    expect(nameOf('list', 400, body, true)).toBe('RequestRefused');
  });

  test('410 needs no reason, and no body', () => {
    expect(nameOf('list', 410, { error: { code: 410 } })).toBe('SyncTokenRejected');
    expect(nameOf('list', 410, '')).toBe('SyncTokenRejected');
  });
});

describe('shapes of error bodies', () => {
  test.each(['invalid_grant', 'unauthorized_client', 'access_denied'])(
    'the word %s of a token endpoint means that access is lost, with any status',
    (word) => {
      expect(nameOf('token', 400, { error: word, error_description: 'Bad Request' })).toBe('AccessLost');
      expect(nameOf('list', 400, { error: word })).toBe('AccessLost');
    },
  );

  test.each<[Operation, number, unknown, string]>([
    ['token', 400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }, 'revoked'],
    ['token', 400, { error: 'invalid_grant', error_subtype: 'invalid_rapt' }, 'admin_policy'],
    ['token', 400, { error: 'invalid_grant', error_subtype: 'rapt_required' }, 'admin_policy'],
    ['token', 400, { error: 'invalid_grant', error_subtype: 'something new' }, 'revoked'],
    ['token', 400, { error: 'admin_policy_enforced' }, 'admin_policy'],
    ['token', 401, { error: 'unauthorized_client' }, 'admin_policy'],
    ['list', 401, googleError(401, 'authError').body, 'revoked'],
    ['list', 403, googleError(403, 'insufficientPermissions').body, 'access_narrowed'],
    ['list', 403, googleError(403, 'forbidden').body, 'access_narrowed'],
    ['list', 403, googleError(403, 'requiredAccessLevel').body, 'access_narrowed'],
    ['list', 403, googleError(403, 'notACalendarUser').body, 'calendar_gone'],
    ['list', 404, googleError(404, 'notFound').body, 'calendar_gone'],
    ['watch', 410, googleError(410, 'gone').body, 'calendar_gone'],
  ])('%s with %d %j is told as %s', (operation, status, body, reason) => {
    const text = JSON.stringify(body);
    expect(classifyError({ operation, status, body: text, retryAfter: undefined }, NOW)).toMatchObject({ reason });
  });

  // As the token endpoint answered for a client that Google had switched off: https://github.com/openpubkey/opkssh/issues/617.
  test.each(['disabled_client', 'deleted_client', 'invalid_client', 'something_new'])(
    '%s with 401 from the token endpoint speaks of our OAuth client, and of no user',
    (word) => {
      expect(nameOf('token', 401, { error: word, error_description: 'The OAuth client was ...' })).toBe(
        'OwnAccountRefused',
      );
    },
  );

  test('a subtype decides about users, and not about our own account', () => {
    const body = { error: 'invalid_grant', error_subtype: 'invalid_rapt' };
    expect(nameOf('token', 400, body)).toBe('AccessLost');
    expect(nameOf('own', 400, body)).toBe('OwnAccountRefused');
  });

  test('the newer shape with details is read too', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'RATE_LIMIT_EXCEEDED' }];
    expect(nameOf('list', 403, { error: { code: 403, status: 'PERMISSION_DENIED', details } })).toBe('RateLimited');
  });

  /** As `events.list` has answered with another of Google's words for a project: https://github.com/fullcalendar/fullcalendar/issues/6673. */
  const forbiddenBecause = (reason: string) => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }];
    const errors = [{ message: 'Permission denied', domain: 'global', reason: 'forbidden' }];
    return { error: { code: 403, message: 'Permission denied', errors, status: 'PERMISSION_DENIED', details } };
  };

  test.each<Operation>(['list', 'get', 'instances', 'patch', 'watch', 'stop', 'probe'])(
    'a project of ours that is shut is not taken for a calendar that is closed to us: %s',
    (operation) => {
      for (const reason of ['CONSUMER_SUSPENDED', 'CONSUMER_INVALID', 'USER_PROJECT_DENIED', 'BILLING_DISABLED']) {
        expect([reason, nameOf(operation, 403, forbiddenBecause(reason))]).toEqual([reason, 'OwnAccountRefused']);
      }
    },
  );

  test('the word that says more is told with the first', () => {
    const text = JSON.stringify(forbiddenBecause('CONSUMER_SUSPENDED'));
    const call = { operation: 'list', status: 403, body: text, retryAfter: undefined } as const;
    expect(classifyError(call, NOW).message).toBe('events.list: status 403 forbidden CONSUMER_SUSPENDED');
  });

  test('a second word that nobody knows changes nothing', () => {
    expect(nameOf('list', 403, forbiddenBecause('SOMETHING_NEW'))).toBe('CalendarUnreachable');
  });

  test.each([403, 404, 410, 502])('an HTML page with status %d only says that Google is out of order', (status) => {
    expect(nameOf('list', status, '<html><title>Sorry</title></html>', true)).toBe('GoogleUnavailable');
  });

  test('429 with an HTML page still asks for fewer requests', () => {
    expect(nameOf('list', 429, '<html></html>')).toBe('RateLimited');
  });

  test.each([
    [401, 'AccessLost'],
    [403, 'CalendarUnreachable'],
    [404, 'CalendarUnreachable'],
    [302, 'GoogleUnavailable'],
    [504, 'GoogleUnavailable'],
  ])('status %d without a body means %s for a list', (status, expected) =>
    expect(nameOf('list', status, '')).toBe(expected),
  );

  test.each([null, [], 5, { error: null }, { error: [] }, { error: { errors: 'x' } }, { error: { errors: [null] } }])(
    'the odd body %j is judged by its status',
    (body) => expect(nameOf('list', 500, body)).toBe('GoogleUnavailable'),
  );
});

/** https://developers.google.com/identity/protocols/oauth2/service-account#error-codes */
test.each([
  'Invalid JWT Signature.',
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values and use a clock with skew to account for clock differences between systems.',
])('an assertion of ours that is not accepted says nothing of the user whom it names: %s', (error_description) => {
  const body = JSON.stringify({ error: 'invalid_grant', error_description });
  const error = classifyError({ operation: 'token', status: 400, body, retryAfter: undefined }, NOW);
  expect(error.name).toBe('OwnAccountRefused');
  expect(error.message).toBe('access token: status 400 invalid_grant invalid_jwt');
});

test.each(['Invalid email or User ID', 'Not a valid email.', 'Bad Request', 7])(
  'any other reason for which a grant is not valid is the grant: %s',
  (error_description) => expect(nameOf('token', 400, { error: 'invalid_grant', error_description })).toBe('AccessLost'),
);

test('a message holds the reason and the status, and never the words of Google', () => {
  const body = JSON.stringify(googleError(403, 'rateLimitExceeded').body);
  const error = classifyError({ operation: 'list', status: 403, body, retryAfter: undefined }, NOW);
  expect(error.message).toBe('events.list: status 403 rateLimitExceeded');
});

test('a reason that is no identifier does not get into a message', () => {
  const body = JSON.stringify(googleError(400, 'alice@example.com said no').body);
  const error = classifyError({ operation: 'list', status: 400, body, retryAfter: undefined }, NOW);
  expect(error.message).toBe('events.list: status 400');
});

describe('Retry-After', () => {
  test('comes with the error that it was sent with', () => {
    const { body } = googleError(429, 'rateLimitExceeded');
    const call = { operation: 'list', status: 429, body: JSON.stringify(body), retryAfter: '7' } as const;
    const error = classifyError(call, NOW);
    expect(error).toBeInstanceOf(RateLimited);
    expect(error).toMatchObject({ retryAfterMs: 7_000 });
  });

  test.each([
    ['an error of Google', JSON.stringify(googleError(503, 'backendError').body)],
    ['a page', '<html>'],
  ])('of an outage counts like that of a rate limit: %s', (_, body) => {
    const error = classifyError({ operation: 'list', status: 503, body, retryAfter: '7' }, NOW);
    expect(error).toBeInstanceOf(GoogleUnavailable);
    expect(error).toMatchObject({ retryAfterMs: 7_000 });
  });

  test.each(['3601', '999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])('of %s waits an hour', (retryAfter) => {
    const body = JSON.stringify(googleError(429, 'rateLimitExceeded').body);
    const error = classifyError({ operation: 'watch', status: 429, body, retryAfter }, NOW);
    expect(error).toMatchObject({ retryAfterMs: 3_600_000 });
  });

  test("a day's allowance that is used up waits an hour where Google names no time", () => {
    const body = JSON.stringify(googleError(403, 'dailyLimitExceeded').body);
    expect(classifyError({ operation: 'list', status: 403, body, retryAfter: undefined }, NOW)).toMatchObject({
      retryAfterMs: 3_600_000,
    });
  });
});

const RECORDED: Readonly<Record<string, readonly [Operation, string]>> = {
  'error-400-channelIdNotUnique.partial.json': ['watch', 'ChannelIdTaken'],
  'error-400-invalid-synctoken-compass.response.json': ['list', 'SyncTokenRejected'],
  'error-400-pushNotSupportedForRequestedResource.json': ['watch', 'PushUnsupported'],
  'error-401-authError.json': ['list', 'AccessLost'],
  'error-403-quotaExceeded.json': ['list', 'RateLimited'],
  'error-403-rateLimitExceeded.json': ['list', 'RateLimited'],
  'error-403-userRateLimitExceeded.json': ['list', 'RateLimited'],
  'error-404-notFound.json': ['list', 'CalendarUnreachable'],
  'error-410-deleted.json': ['patch', 'EventGone'],
  'error-410-fullSyncRequired-docs.json': ['list', 'SyncTokenRejected'],
  'error-410-updatedMinTooLongAgo.json': ['list', 'SyncTokenRejected'],
  'error-412-conditionNotMet.json': ['patch', 'EventChanged'],
  'error-429-rateLimitExceeded.json': ['list', 'RateLimited'],
  'error-500-backendError.json': ['list', 'GoogleUnavailable'],
};

testRecorded('a recorded error has its name', /^error-/, (name, content) => {
  const [operation, expected] = RECORDED[name] ?? [];
  if (operation === undefined) throw new Error(`no expectation for ${name}`);
  const isWrapped = typeof content === 'object' && content !== null && 'body' in content;
  const status = Number(name.slice('error-'.length).slice(0, 3));
  expect(nameOf(operation, status, isWrapped ? content.body : content, true)).toBe(expected);
});
