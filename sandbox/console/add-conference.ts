/** Lets the add-on make a conference for an event, as Calendar does when a person chooses one. */
import { Refused } from './answer.ts';
import type { ConsoleWorld } from './console-world.ts';
import { textField } from './run-action.ts';
import { fieldsOf } from './seen-event.ts';

/** `conferenceData` for the event. @throws Refused 400 for a body that lacks something, 422 where the add-on makes none */
export async function addConference(
  { addOn }: ConsoleWorld,
  input: unknown,
): Promise<{ readonly conferenceData: Readonly<Record<string, unknown>> }> {
  const body = fieldsOf(input);
  const [calendarId, eventId] = [textField(body, 'calendarId'), textField(body, 'eventId')];
  const added = await addOn.addConference({ calendarId, eventId, solutionName: textField(body, 'solutionName') });
  if (added.kind === 'refused') throw new Refused(422, added.message);
  return { conferenceData: added.conferenceData };
}
