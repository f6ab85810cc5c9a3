/**
 * Where the Google adapter gets its access tokens from. One interface, one implementation per mode of CALENDAR_AUTH;
 * which mode is used is decided by the composition root.
 */

/** The scope that syncing, watching and writing back need; no wider one is ever asked for in a user's name. */
export const CALENDAR_SCOPE = 'https://www.googleapis.com/auth/calendar.events';

/**
 * With each of these Google lists events and opens channels: https://developers.google.com/workspace/calendar/api/v3/reference/events/list#auth.
 * What shows only when somebody is busy, or public calendars, is left out.
 */
const READING_SCOPES: ReadonlySet<string> = new Set([
  CALENDAR_SCOPE,
  'https://www.googleapis.com/auth/calendar',
  'https://www.googleapis.com/auth/calendar.readonly',
  'https://www.googleapis.com/auth/calendar.events.readonly',
  'https://www.googleapis.com/auth/calendar.events.owned',
  'https://www.googleapis.com/auth/calendar.events.owned.readonly',
  'https://www.googleapis.com/auth/calendar.app.created',
]);

/** Whether events can be read with one of these scopes, as the token endpoint lists them. A consent that a page of the company's own has asked for can be for others than ours. */
export function reachesEvents(scopes: string): boolean {
  return scopes.split(' ').some((scope) => READING_SCOPES.has(scope));
}

/** Gives access tokens to act as a user. */
export interface AccessTokens {
  /**
   * An access token for this subject; null where requests go out without one.
   * @throws AccessLost if the grant is gone or was never given
   * @throws OwnAccountRefused if our own account may not ask for it
   * @throws GoogleUnavailable or RateLimited if the token cannot be had now
   */
  tokenFor(subject: string): Promise<string | null>;
  /** Google did not accept this token: the next `tokenFor` gives another. Another token of the subject stays. */
  drop(subject: string, token: string): void;
}
