/**
 * What can go wrong on request: a list of rules. Of those of one kind the first that strikes counts. A rule with `next` is used up after that many uses;
 * one with `fraction` strikes that share of the cases (drawn from the injected random source); one with neither holds
 * until it is taken away.
 */

/** How often a rule strikes. `fraction` is 0..1; both together: that share, but at most `next` times. */
interface FaultFrequency {
  readonly next?: number;
  readonly fraction?: number;
}

/** Names of the errors with which a request can be made to fail. */
export const FAULT_ERRORS = [
  'authError',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'tooManyRequests',
  'insufficientPermissions',
  'notFound',
  'fullSyncRequired',
  'bareGone',
  'conditionNotMet',
  'backendError',
  'serviceUnavailable',
  'htmlPage',
] as const;

/** One of `FAULT_ERRORS`. */
export type FaultError = (typeof FAULT_ERRORS)[number];

/** One kind of trouble. */
export type FaultRule = FaultFrequency &
  (
    | {
        /** Requests fail with the named error. */
        readonly kind: 'error';
        readonly error: FaultError;
        /** HTTP method; default: any. */
        readonly method?: string;
        /** A regular expression that the path (from `/calendar/v3` on, percent-encoded) has to match; default: any. */
        readonly path?: string;
        /** Adds Retry-After. */
        readonly retryAfterSeconds?: number;
        /** The request takes effect before it fails, as when an answer is lost on its way. */
        readonly afterEffect?: boolean;
      }
    | {
        /** Notifications are lost, or sent twice. */
        readonly kind: 'dropNotification' | 'doubleNotification';
        readonly calendarId?: string;
      }
    | {
        /** Notifications carry this delay, for whoever sends them. */
        readonly kind: 'delayNotification';
        readonly delayMs: number;
        readonly calendarId?: string;
      }
    | {
        /** Listings show the calendar as it was so long ago; what they do not show yet comes with their sync token. */
        readonly kind: 'laggingList';
        readonly lagMs: number;
        readonly calendarId?: string;
      }
    | {
        /**
         * `emptyPage`: a page without items though more follow; `noItems`: a page without the key `items`, which it had
         * none to show for; `noSyncToken`: a last page that withholds its token.
         */
        readonly kind: 'emptyPage' | 'noItems' | 'noSyncToken';
        readonly calendarId?: string;
      }
    | {
        /** Meet cannot be had: a pending createRequest ends in `failure`. */
        readonly kind: 'conferenceFailure';
        readonly calendarId?: string;
      }
  );
