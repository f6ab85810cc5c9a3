/** The differences that are known, each with its reason. METHODS.md tells users of the larger ones. */
import type { Difference } from './differences.ts';

interface Explained {
  /** Name of the step; every step where it is left out. */
  readonly step?: string;
  readonly place: RegExp;
  readonly reason: string;
}

const EXPLAINED: readonly Explained[] = [
  { place: /(?:^|\.)displayName$/, reason: 'Google knows the names of people' },
  { place: /(?:^|\.)(?:creator|organizer)\.id$/, reason: 'Google shows the ids of some profiles' },
  { place: /^defaultReminders/, reason: 'they are settings of the person' },
  {
    step: 'read the calendar',
    place:
      /^(?:autoAcceptInvitations|labelProperties|workingHours|description|location|dataOwner|conferenceProperties)/,
    reason: 'depends on the calendar and on its account',
  },
  {
    step: 'read its entry in the list of calendars',
    place:
      /^(?:autoAcceptInvitations|labelProperties|workingHours|description|location|dataOwner|conferenceProperties|colorId|backgroundColor|foregroundColor|selected|hidden|notificationSettings|summaryOverride)/,
    reason: 'depends on the calendar, and on how its user likes to see it',
  },
  { step: 'read the colours', place: /^(?:calendar|event)\./, reason: 'colours come and go' },
];

/** Why it differs, if that is known. */
export function reasonFor(step: string, { place }: Difference): string | undefined {
  return EXPLAINED.find((one) => (one.step ?? step) === step && one.place.test(place))?.reason;
}
