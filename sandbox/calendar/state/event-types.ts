/** Kinds of events, as `eventType` names them (https://developers.google.com/workspace/calendar/api/v3/reference/events#eventType). */
export const EVENT_TYPES: ReadonlySet<unknown> = new Set([
  'birthday',
  'default',
  'focusTime',
  'fromGmail',
  'outOfOffice',
  'workingLocation',
]);
