/**
 * The `conferenceData` of an event, reduced to what tells whose conference it is. Add-ons write parts of it, and
 * Google leaves parts out while a conference is being created: whatever is missing or odd becomes null or nothing.
 */
import type { ConferenceSight } from '../../domain/event/event.ts';

/** Google allows far fewer; the bounds keep a hostile event small. */
const ENTRY_POINTS_MAX = 50;
const PARAMETERS_MAX = 100;
const PARAMETER_KEY_MAX = 256;
const PARAMETER_VALUE_MAX = 4_096;
const CONFERENCE_ID_MAX = 1_024;

const NO_PARAMETERS: Readonly<Record<string, string>> = Object.freeze({});

/** Reads `conferenceData`; null where it says nothing at all. Never throws. */
export function readConference(data: unknown): ConferenceSight | null {
  if (typeof data !== 'object' || data === null) return null;
  const entryPoints = field(data, 'entryPoints');
  const entryPointHosts = Array.isArray(entryPoints) ? readHosts(entryPoints) : [];
  const id = shortText(field(data, 'conferenceId'), CONFERENCE_ID_MAX);
  // A conference that is still being created, or failed to be, has no entry points yet: no id of it can be relied on.
  const conferenceId = isUnfinished(data) && !hasEntry(entryPoints) ? null : id;
  const solutionName = shortText(field(field(data, 'conferenceSolution'), 'name'), CONFERENCE_ID_MAX);
  const parameters = readParameters(field(field(field(data, 'parameters'), 'addOnParameters'), 'parameters'));
  const isBeingCreated = conferenceId === null && creationOf(data) === 'pending';
  const isNameless = id === null && solutionName === null && entryPointHosts.length === 0;
  const isSilent = isNameless && parameters === NO_PARAMETERS && !isBeingCreated;
  return isSilent ? null : { conferenceId, solutionName, entryPointHosts, isBeingCreated, parameters };
}

function isUnfinished(data: object): boolean {
  const status = creationOf(data);
  return status === 'pending' || status === 'failure';
}

function creationOf(data: object): unknown {
  return field(field(field(data, 'createRequest'), 'status'), 'statusCode');
}

/** Whether there is any way in; of some conferences that is a telephone number alone. */
function hasEntry(entryPoints: unknown): boolean {
  if (!Array.isArray(entryPoints)) return false;
  return entryPoints.slice(0, ENTRY_POINTS_MAX).some((entryPoint) => {
    const uri = field(entryPoint, 'uri');
    return typeof uri === 'string' && /^(?:https?|tel|sip):/i.test(uri);
  });
}

function readHosts(entryPoints: readonly unknown[]): string[] {
  const hosts: string[] = [];
  for (const entryPoint of entryPoints.slice(0, ENTRY_POINTS_MAX)) {
    const uri = field(entryPoint, 'uri');
    const host = typeof uri === 'string' ? hostOf(uri) : null;
    if (host !== null && !hosts.includes(host)) hosts.push(host);
  }
  return hosts;
}

function hostOf(uri: string): string | null {
  if (!/^https?:/i.test(uri)) return null;
  const url = URL.parse(uri);
  if (url === null || url.hostname === '') return null;
  // Links of the kind `more` are recorded wrapped in Google's redirect; the host behind it is the vendor's.
  const wrapped = url.hostname === 'www.google.com' && url.pathname === '/url' ? url.searchParams.get('q') : null;
  return (wrapped === null ? null : URL.parse(wrapped)?.hostname) || url.hostname;
}

function readParameters(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return NO_PARAMETERS;
  const entries = Object.entries(value)
    .filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' && entry[1].length <= PARAMETER_VALUE_MAX && entry[0].length <= PARAMETER_KEY_MAX,
    )
    .slice(0, PARAMETERS_MAX);
  // fromEntries defines properties, so that a parameter named __proto__ is only a parameter.
  return entries.length === 0 ? NO_PARAMETERS : Object.fromEntries(entries);
}

function shortText(value: unknown, lengthMax: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= lengthMax ? value : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
