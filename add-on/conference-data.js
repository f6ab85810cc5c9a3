/**
 * The server's answer as Calendar keeps it, with all kinds of entry points. Limits and meaning of each field:
 * https://developers.google.com/apps-script/reference/conference-data
 */

/** @throws ConferenceFailure if Calendar refuses what the server answered */
function buildConferenceData({ conferenceId, entryPoints, notes, parameters = {} }, solutionId) {
  try {
    const builder = ConferenceDataService.newConferenceDataBuilder()
      .setConferenceSolutionId(solutionId)
      .setConferenceId(conferenceId);
    for (const entryPoint of entryPoints) builder.addEntryPoint(buildEntryPoint(entryPoint));
    for (const [key, value] of Object.entries(parameters)) {
      builder.addConferenceParameter(ConferenceDataService.newConferenceParameter().setKey(key).setValue(value));
    }
    if (notes) builder.setNotes(notes);
    return builder.build();
  } catch (error) {
    throw new ConferenceFailure('PERMANENT', `Calendar refuses conference ${conferenceId}: ${error.message}`);
  }
}

/** `type` is `video`, `phone`, `sip` or `more`; `features` are `toll` or `toll_free`, for phones. */
function buildEntryPoint({ type, uri, features = [], ...codes }) {
  const { EntryPointType, EntryPointFeature } = ConferenceDataService;
  const entryPoint = ConferenceDataService.newEntryPoint()
    .setEntryPointType(EntryPointType[String(type).toUpperCase()])
    .setUri(uri);
  for (const feature of features) entryPoint.addFeature(EntryPointFeature[String(feature).toUpperCase()]);
  if (codes.pin) entryPoint.setPin(codes.pin);
  if (codes.accessCode) entryPoint.setAccessCode(codes.accessCode);
  if (codes.meetingCode) entryPoint.setMeetingCode(codes.meetingCode);
  if (codes.passcode) entryPoint.setPasscode(codes.passcode);
  if (codes.password) entryPoint.setPassword(codes.password);
  if (codes.regionCode) entryPoint.setRegionCode(codes.regionCode);
  return entryPoint;
}
