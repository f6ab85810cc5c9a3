/** A request whose method is known, and what every answer to one asks first: who may do it, and how it is watched. */
import type { Access } from './state/directory.ts';
import type { Watched } from './state/watched.ts';
import { type CalendarAnswer, jsonAnswer } from './wire/answers.ts';
import { notFound } from './wire/api-error.ts';
import { bodyOf, type CalendarRequest, headerOf, type Query } from './wire/requests.ts';
import type { World } from './world.ts';

/** See the head of this file. */
export interface Call {
  readonly world: World;
  readonly request: CalendarRequest;
  readonly query: Query;
  /** The parts of the path that are values, by their names in the discovery document. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Answers a call. @throws ApiError whatever is refused */
export type Handler = (call: Call) => CalendarAnswer;

/** A value of the path. @throws ApiError 404 */
export function pathValue({ parameters }: Call, name: string): string {
  const value = parameters[name];
  if (value === undefined) throw notFound();
  return value;
}

/**
 * The calendar of the path, with what the user who asks may do there.
 * @throws ApiError 403, 404
 */
export function accessTo(
  call: Call,
  needed: 'freeBusyReader' | 'reader' | 'writer' | 'owner',
  calendarId: string = pathValue(call, 'calendarId'),
): Access {
  return call.world.directory.access(call.request, calendarId, needed);
}

/** The user who asks, for what is his own. A user who was never seen before gets his calendar where calendars come about by being used. */
export function userOf({ world, request }: Call): string {
  const user = world.directory.userOf(request);
  world.directory.find(user);
  return user;
}

/** The version that the client knows, where it says so. */
export function ifMatch({ request }: Call): string | undefined {
  return headerOf(request, 'if-match');
}

/**
 * Opens a channel on what is watched at this path.
 * @throws ApiError 400
 */
export function openChannel({ world, request }: Call, watched: Watched, user: string, path: string): CalendarAnswer {
  return jsonAnswer(world.channels.watch(watched, user, path, bodyOf(request), world.settings.channelTtlMaxMs));
}
