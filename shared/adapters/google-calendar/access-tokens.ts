/**
 * Where the Google adapter gets its access tokens from. One interface, one implementation per mode of CALENDAR_AUTH;
 * which mode is used is decided by the composition root.
 */

/** The scope that syncing, watching and writing back need; no wider one is ever asked for in a user's name. */
export const CALENDAR_SCOPE = 'https://www.googleapis.com/auth/calendar.events';

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
