/** What is known of the event when its conference is made. It is only for a good start: the service sends what it becomes. */

/**
 * The event's fields; null where Calendar does not show them. It calls the add-on before a new event is saved, and then answers
 * 404: https://developers.google.com/workspace/add-ons/calendar/conferencing/create-conference
 */
function readEvent({ calendarId, eventId }) {
  try {
    const { summary, start, end, recurrence, recurringEventId } = Calendar.Events.get(calendarId, eventId, {
      fields: 'summary,start,end,recurrence,recurringEventId',
    });
    return { summary, start, end, recurrence, recurringEventId };
  } catch (error) {
    console.log('the event is not shown yet: %s', error.message);
    return null;
  }
}
