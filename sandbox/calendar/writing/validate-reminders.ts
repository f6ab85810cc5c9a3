/** Reminders, of events and of calendars: https://developers.google.com/workspace/calendar/api/concepts/reminders */
import { invalid, required } from '../wire/api-error.ts';
import type { JsonObject } from '../wire/json.ts';

const OVERRIDES_MAX = 5;
const MINUTES_MAX = 40_320;

/**
 * Refuses reminders that cannot be.
 * @throws ApiError 400
 */
export function validateReminders(reminders: readonly JsonObject[]): void {
  if (reminders.length > OVERRIDES_MAX) throw invalid(`At most ${OVERRIDES_MAX} reminders are allowed.`);
  for (const { method, minutes } of reminders) {
    if (method === undefined) throw required('Missing reminder method.');
    if (minutes === undefined) throw required('Missing reminder minutes.');
    if (method !== 'email' && method !== 'popup') throw invalid('Invalid value for: Invalid reminder method');
    if (!Number.isInteger(minutes) || Number(minutes) < 0 || Number(minutes) > MINUTES_MAX) {
      throw invalid(`Invalid value for: reminder minutes must be within 0 and ${MINUTES_MAX}`);
    }
  }
}
