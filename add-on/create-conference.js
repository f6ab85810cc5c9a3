/**
 * What Calendar calls when a person chooses one of our conferences for an event. Each function returns ConferenceData, with the
 * conference or with an error in it: https://developers.google.com/workspace/add-ons/calendar/conferencing/create-conference
 */

/** Named in the manifest. @param arg `{eventData: {calendarId, eventId}}` */
function createWebConference(arg) {
  return createConference(arg, 'web-conference');
}

/** Named in the manifest. */
function createRecordedWebConference(arg) {
  return createConference(arg, 'recorded-web-conference');
}

/** The one way through: whatever fails below becomes an error that Calendar can show. */
function createConference(arg, solutionId) {
  try {
    requireSolution(solutionId);
    const conference = handOver(readPlace(arg, solutionId));
    return buildConferenceData(conference, solutionId);
  } catch (error) {
    return buildConferenceError(error);
  }
}

function requireSolution(solutionId) {
  if (CONFIG.solutions.some(({ id }) => id === solutionId)) return;
  throw new ConferenceFailure(
    'PERMANENT',
    `the solution ${solutionId} is not in CONFIG.solutions: add it, run npm run add-on-manifest, and push again`,
  );
}

/** Which event of which calendar the conference is for. `primary` is another calendar for each user, so it is named by its address. */
function readPlace(arg, solutionId) {
  const { calendarId, eventId } = arg?.eventData ?? {};
  if (!calendarId || !eventId) {
    throw new ConferenceFailure(
      'PERMANENT',
      'Calendar named no event: addOns.calendar.currentEventAccess must be in the manifest, and the add-on installed anew',
    );
  }
  const user = Session.getEffectiveUser().getEmail();
  return { calendarId: calendarId === 'primary' ? user : calendarId, eventId, solutionId, user };
}
