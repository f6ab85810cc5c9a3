/**
 * `conferenceData` from the links of an event: CONFERENCE (RFC 7986), X-GOOGLE-CONFERENCE, Outlook's Teams link, and
 * URL if nothing else is there. Limits (one video, one sip, 1,300 characters):
 * https://developers.google.com/workspace/calendar/api/v3/reference/events#conferenceData
 */
import { createHash } from 'node:crypto';
import { base32hex } from './event-id.ts';
import type { IcsComponent, IcsProperty } from './ics-components.ts';
import type { ProblemList } from './problem-list.ts';

/** A way into the conference. */
export interface EntryPoint {
  readonly entryPointType: 'video' | 'phone' | 'sip';
  readonly uri: string;
  readonly label?: string;
}

/** A conference as a Calendar event carries it. */
export interface ConferenceData {
  readonly conferenceId: string;
  readonly conferenceSolution: {
    readonly key: { readonly type: 'addOn' | 'hangoutsMeet' };
    readonly name: string;
  };
  readonly entryPoints: readonly EntryPoint[];
}

const URI_CHARS_MAX = 1_300;
const LABEL_CHARS_MAX = 512;
const CONFERENCE_NAMES = ['x-google-conference', 'conference', 'x-microsoft-skypeteamsmeetingurl'];

/** The conference of an event, or undefined where no line holds a link. */
export function conferenceOf(component: IcsComponent, problems: ProblemList): ConferenceData | undefined {
  const stated = propertiesNamed(component, CONFERENCE_NAMES);
  const points = entryPoints(stated, component.place, problems);
  // A URL is any page about the event, so an odd one is no problem, and one beside a conference is no entry.
  const all = points.length > 0 ? points : entryPoints(propertiesNamed(component, ['url']), component.place, null);
  const main = all.find(({ entryPointType }) => entryPointType === 'video') ?? all[0];
  if (main === undefined) return undefined;
  const link = new URL(main.uri);
  const isMeet = link.hostname === 'meet.google.com';
  return {
    conferenceId: conferenceIdOf(link),
    conferenceSolution: {
      key: { type: isMeet ? 'hangoutsMeet' : 'addOn' },
      name: isMeet ? 'Google Meet' : (main.label ?? (link.hostname || link.protocol.replace(':', ''))),
    },
    entryPoints: all,
  };
}

function propertiesNamed(component: IcsComponent, names: readonly string[]): IcsProperty[] {
  return names.flatMap((name) => component.properties.filter((property) => property.name === name));
}

function entryPoints(properties: readonly IcsProperty[], place: string, problems: ProblemList | null): EntryPoint[] {
  const points: EntryPoint[] = [];
  for (const property of properties) {
    const value = property.values[0];
    const uri = typeof value === 'string' ? value.trim() : '';
    const entryPointType = typeOf(uri);
    if (entryPointType === null) {
      problems?.add(`${place}: "${uri.slice(0, 80)}" is no link to a conference.`);
      continue;
    }
    const isTaken = entryPointType !== 'phone' && points.some((point) => point.entryPointType === entryPointType);
    if (isTaken || points.some((point) => point.uri === uri)) continue;
    const label = property.params.get('label')?.trim().slice(0, LABEL_CHARS_MAX) ?? '';
    points.push({ entryPointType, uri, ...(label === '' ? {} : { label }) });
  }
  return points;
}

function typeOf(uri: string): EntryPoint['entryPointType'] | null {
  if (uri.length > URI_CHARS_MAX || !URL.canParse(uri)) return null;
  switch (new URL(uri).protocol) {
    case 'https:':
    case 'http:':
      return 'video';
    case 'tel:':
      return 'phone';
    case 'sip:':
    case 'sips:':
      return 'sip';
    default:
      return null;
  }
}

/** The vendor's own key is not in the file; most vendors put it at the end of the path. Else a hash of the link. */
function conferenceIdOf(link: URL): string {
  const last = link.pathname.split('/').findLast((part) => part !== '') ?? '';
  return /^[A-Za-z0-9._~-]{3,128}$/.test(last)
    ? last
    : base32hex(createHash('sha256').update(link.href).digest()).slice(0, 26);
}
