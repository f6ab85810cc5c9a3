/**
 * What Calendar does with the ConferenceData that an add-on returns: it becomes `conferenceData` of the event, in the shape of the
 * Calendar API, with name and icon from the manifest
 * (https://developers.google.com/apps-script/reference/conference-data/conference-data-builder#setConferenceSolutionId(String)).
 */
import type { BuiltConferenceData } from './conference-data.ts';
import type { Manifest } from './manifest.ts';

/** The event's `conferenceData`. @throws Error for an error, and for a solution that the manifest does not have */
export function conferenceDataOf(data: BuiltConferenceData, manifest: Manifest): Readonly<Record<string, unknown>> {
  if (data.error !== undefined) throw new Error(`The add-on made no conference: ${data.error.type}.`);
  const { conferenceId, conferenceSolutionId, entryPoints, parameters, notes } = data;
  const solution = manifest.addOns.calendar.conferenceSolution.find(({ id }) => id === conferenceSolutionId);
  if (solution === undefined) throw new Error(`The manifest has no conference solution ${conferenceSolutionId}.`);
  const hasParameters = Object.keys(parameters).length > 0;
  return {
    ...(conferenceId !== undefined && { conferenceId }),
    conferenceSolution: { key: { type: 'addOn' }, name: solution.name, iconUri: solution.logoUrl },
    entryPoints,
    ...(hasParameters && { parameters: { addOnParameters: { parameters } } }),
    ...(notes !== undefined && { notes }),
  };
}
