/**
 * Takes a user over from Google's recipe, which keeps conferences in step with a trigger for each calendar and one sync token:
 * https://developers.google.com/workspace/add-ons/calendar/conferencing/sync-calendar-changes. See docs/migrate.md.
 */
const RECIPE_HANDLER = 'syncEvents';

/** The recipe's triggers still call this, as the user whose they are; each user is taken over by his next change of an event. */
function syncEvents() {
  takeOverFromRecipe();
}

/**
 * Has each calendar followed that a trigger of the recipe watched, then removes that trigger, and at last the sync token. May be
 * repeated: what could not be followed keeps its trigger, and so its next try.
 */
function takeOverFromRecipe() {
  const user = Session.getEffectiveUser().getEmail();
  let left = 0;
  for (const trigger of ScriptApp.getProjectTriggers()) {
    if (trigger.getHandlerFunction() !== RECIPE_HANDLER) continue;
    const source = trigger.getTriggerSourceId();
    try {
      followCalendar(source === 'primary' ? user : source, user);
      ScriptApp.deleteTrigger(trigger);
    } catch (error) {
      left += 1;
      console.error('a calendar is not followed yet, its trigger stays: %s', error.message);
    }
  }
  if (left === 0) PropertiesService.getUserProperties().deleteProperty('syncToken');
}

function followCalendar(calendarId, user) {
  if (CONFIG.announceFromScript !== null) followCalendarFromScript(calendarId, user);
  else askServer('calendars', { calendarId });
}
