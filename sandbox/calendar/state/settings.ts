/** What can be set about the simulated Calendar while it runs. Times are in milliseconds. */

/** See the members; `DEFAULT_SETTINGS` holds what holds at the start. */
export interface Settings {
  /**
   * How deleted events are listed: `bare`, only kind, etag, id and status (as recorded); `rich`, with all their fields;
   * `documented`, rich where the request says `showDeleted=true`. Cancelled occurrences of a live series always carry
   * `recurringEventId` and `originalStartTime`; what was moved away or cut off is always bare.
   */
  readonly tombstones: 'bare' | 'rich' | 'documented';
  /** How long a page token is good for. */
  readonly pageTokenTtlMs: number;
  /** How long a sync token is good for; Google does not say, so it lasts for ever unless told otherwise. */
  readonly syncTokenTtlMs: number;
  /** How far back `updatedMin` may reach. */
  readonly updatedMinAgeMaxMs: number;
  /** How long a channel lives at most, whatever was asked for. */
  readonly channelTtlMaxMs: number;
  /** For how long a stopped channel still delivers: recorded services saw it for a while. */
  readonly stopLagMs: number;
  /**
   * A changed master is listed with all its exceptions, those that did not change included (recorded). Where this is false, only with
   * those that changed with it: Google promises no more.
   */
  readonly exceptionsComeAgain: boolean;
  /**
   * An occurrence that is changed is listed with its master, which has a new `etag` and `updated`, as a cancelled one is (recorded). Google does not
   * say whether a change does so, too. Only one was recorded, and its series was changed with it.
   */
  readonly changesTouchMaster: boolean;
  /** How long a requested Meet conference stays pending. */
  readonly conferenceDelayMs: number;
}

/** What holds unless told otherwise. */
export const DEFAULT_SETTINGS: Settings = {
  tombstones: 'bare',
  pageTokenTtlMs: 3_600_000,
  syncTokenTtlMs: Number.POSITIVE_INFINITY,
  updatedMinAgeMaxMs: 28 * 86_400_000,
  channelTtlMaxMs: 30 * 86_400_000,
  stopLagMs: 0,
  exceptionsComeAgain: true,
  changesTouchMaster: false,
  conferenceDelayMs: 1000,
};
