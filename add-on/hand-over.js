/**
 * The hand-over of a conference between its system and Calendar. Google keeps only what createConference returns, and the script may
 * die at any moment before that. So a request is written down before anything is made, and repeated under the same key until it
 * has been answered: the server makes one conference for a key, however often it is asked.
 */

/** Makes the conference, or finds the one that an earlier try has made. @throws ConferenceFailure */
function handOver(place) {
  const request = openRequest(place);
  const conference = makeConference(request, readEvent(place));
  if (CONFIG.announceFromScript !== null) {
    announce(request, conference);
    finishOthers(request);
  } else {
    closeRequest(request);
  }
  return conference;
}

/** A key that another request used already is given up once, so that the person gets a conference of his own. */
function makeConference(request, event) {
  try {
    return askForConference(request, event);
  } catch (error) {
    if (!(error instanceof ConferenceFailure) || error.type !== 'KEY_TAKEN') throw error;
    return askForConference(renewKey(request), event);
  }
}

function askForConference(request, event) {
  const { key, ...place } = request;
  const answer = askServer('conferences', { ...place, event }, { 'Idempotency-Key': key });
  if (typeof answer.conferenceId !== 'string' || answer.conferenceId === '' || !Array.isArray(answer.entryPoints)) {
    throw new ConferenceFailure('PERMANENT', 'the server answered without conferenceId or entryPoints');
  }
  return answer;
}

/**
 * Tells the service of the conference. A person who waits for it shall have it whatever becomes of these calls, so a request
 * that was not told of stays open, and is told of with the next conference.
 */
function announce(request, { conferenceId }) {
  try {
    announceConference(request, conferenceId);
    closeRequest(request);
  } catch (error) {
    console.error('the service was not told of conference %s, which is tried again: %s', conferenceId, error.message);
  }
}

/** Requests whose script died before the service was told. Few at a time, since a person waits. */
function finishOthers(own) {
  for (const request of openRequests()
    .filter(({ key }) => key !== own.key)
    .slice(0, 2)) {
    try {
      announce(request, askForConference(request, null));
    } catch (error) {
      console.error('an open request could not be finished, which is tried again: %s', error.message);
    }
  }
}
