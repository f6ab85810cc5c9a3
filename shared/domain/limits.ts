/** Times and limits that no operator sets. Those that one can set are in config/settings.ts. */

/** A message published this long before a listing opened is still not trusted to be covered: clocks differ. */
export const COVERAGE_MARGIN_MS = 500;
/** Two listings of one calendar open at least this far apart. */
export const LISTING_SPACING_MS = 1_000;
/** A notification that led to nothing is looked at once more after this: lists lag behind notifications. */
export const SECOND_LOOK_MS = 30_000;
/** How long an announced event may take to appear. */
export const ANNOUNCEMENT_MS = 24 * 3_600_000;
/** Deliveries are given up after this. */
export const DELIVERY_GIVE_UP_DAYS = 3;
/** The same in milliseconds. */
export const DELIVERY_GIVE_UP_MS = DELIVERY_GIVE_UP_DAYS * 24 * 3_600_000;
/** While the breaker is open, the attempts of one process start at least this far apart. */
export const ATTEMPT_SPACING_MS = 10_000;
/** A change that it holds back is looked at again when the next attempt may be made. */
export const HELD_BACK_MS = ATTEMPT_SPACING_MS;
/** What is due within this, as all that is held back is, is done by the run that found it out; what is due later is left to the next scheduled run. */
export const DUE_SOON_MS = HELD_BACK_MS;
/** Longest time that one sender may take for one change: a delivery, then three tries to write back, each with a read. */
export const SENDING_MS = 90_000;
/** An orphan whose event was deleted waits this long at first, and twice as long each time, for other calendars to be listed. */
export const LOOK_ELSEWHERE_MS = 10_000;
/** Calendars that could not be listed for so long do not keep an orphan from its end any more. */
export const LOOK_ELSEWHERE_MAX_MS = 3_600_000;
/** How many other calendars of a user are listed before an orphan ends. */
export const LOOK_ELSEWHERE_CALENDARS = 20;
/** For so long it stays open whether an event still carries its conference, where it does not clearly say so. */
export const DOUBT_MS = 3_600_000;
/** A calendar that Google did not find is looked for again for so long, before it counts as gone. */
export const NOT_FOUND_MS = 2 * 60_000;
/** A calendar that is out of reach for so long lets others lead the conferences that they have in common. */
export const LEAD_KEPT_MS = 24 * 3_600_000;
/** A busy calendar is tried again after this by whoever needs its lease for a retry. */
export const BUSY_RETRY_MS = 10_000;
/** For so long after a listing was asked for, work that lists nothing leaves the calendar to it. */
export const LISTING_FIRST_MS = 30_000;
/** What is gone or cancelled is kept this long, so that late news of it is understood. */
export const FORGET_AFTER_MS = 30 * 24 * 3_600_000;
/** Wait before the second full sync that a rejected token asks for, and twice as long before each further one; the first is immediate. */
export const REPAIR_DELAY_MS = 60_000;
/** No delay between repairs is longer. */
export const REPAIR_DELAY_MAX_MS = 6 * 3_600_000;
/** Repairs further apart than this do not count as a series. */
export const REPAIR_MEMORY_MS = 24 * 3_600_000;
/** Waits before the 2nd, 3rd, ... attempt at a channel that could not be opened for a passing reason; the last repeats. */
export const OPENING_RETRY_MS: readonly [number, ...number[]] = [5_000, 15_000, 60_000, 120_000, 300_000, 600_000];
