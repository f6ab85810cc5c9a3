/** Organizer and attendees of an event, from ORGANIZER and ATTENDEE. */
import type { IcsComponent, IcsProperty } from './ics-components.ts';
import { firstProperty } from './ics-components.ts';
import type { ProblemList } from './problem-list.ts';

/** The calendar that organizes an event. */
export interface Organizer {
  readonly email: string;
  readonly displayName?: string;
  readonly self?: true;
}

/** One guest, as in a Calendar event's `attendees`. */
export interface Attendee {
  readonly email: string;
  readonly displayName?: string;
  readonly responseStatus: 'needsAction' | 'accepted' | 'declined' | 'tentative';
  readonly optional?: true;
  readonly resource?: true;
  readonly organizer?: true;
  readonly self?: true;
}

/** The organizer, or undefined for an event that names none or one without an address. */
export function organizerOf(component: IcsComponent, owner: string | null): Organizer | undefined {
  const property = firstProperty(component, 'organizer');
  const email = property === undefined ? undefined : addressOf(property);
  if (property === undefined || email === undefined) return undefined;
  return { email, ...displayName(property), ...(isSame(email, owner) ? { self: true } : {}) };
}

/** The guests, each address once, the last line deciding. `owner` is the address whose calendar the file was. */
export function attendeesOf(
  component: IcsComponent,
  organizer: Organizer | undefined,
  owner: string | null,
  problems: ProblemList,
): Attendee[] {
  const attendees = new Map<string, Attendee>();
  for (const property of component.properties) {
    if (property.name !== 'attendee') continue;
    const email = addressOf(property);
    if (email === undefined) {
      problems.add(`${component.place}: an attendee without an address was left out.`);
      continue;
    }
    attendees.set(email.toLowerCase(), {
      email,
      ...displayName(property),
      responseStatus: responseOf(property),
      ...(property.params.get('role')?.toUpperCase() === 'OPT-PARTICIPANT' ? { optional: true } : {}),
      ...(/^(RESOURCE|ROOM)$/i.test(property.params.get('cutype') ?? '') ? { resource: true } : {}),
      ...(isSame(email, organizer?.email ?? null) ? { organizer: true } : {}),
      ...(isSame(email, owner) ? { self: true } : {}),
    });
  }
  return [...attendees.values()];
}

/** A mailto address; Apple writes a urn and puts the address into the parameter EMAIL. */
function addressOf(property: IcsProperty): string | undefined {
  const value = property.values[0];
  const plain = typeof value === 'string' ? value.trim().replace(/^mailto:/i, '') : '';
  return [plain, property.params.get('email') ?? ''].find((text) => /^[^\s@<>:]+@[^\s@<>:]+$/.test(text));
}

function displayName(property: IcsProperty): { displayName?: string } {
  const name = property.params.get('cn')?.trim() ?? '';
  return name === '' ? {} : { displayName: name };
}

function responseOf(property: IcsProperty): Attendee['responseStatus'] {
  switch (property.params.get('partstat')?.toUpperCase()) {
    case 'ACCEPTED':
      return 'accepted';
    case 'DECLINED':
      return 'declined';
    case 'TENTATIVE':
      return 'tentative';
    default:
      return 'needsAction';
  }
}

function isSame(email: string, other: string | null): boolean {
  return other !== null && email.toLowerCase() === other.toLowerCase();
}
