/** What you may ask to be changed in the event. Time, guests, recurrence and status are the organizer's. */

/** Parts of a Calendar v3 `events.patch` body that the service writes for you. */
export interface EventPatch {
  readonly summary?: string;
  readonly description?: string;
  readonly location?: string;
  readonly conferenceData?: object | null;
  readonly extendedProperties?: {
    readonly private?: Readonly<Record<string, string | null>>;
    readonly shared?: Readonly<Record<string, string | null>>;
  };
  readonly colorId?: string;
  readonly source?: { readonly title: string; readonly url: string };
  readonly visibility?: 'default' | 'public' | 'private' | 'confidential';
  readonly transparency?: 'opaque' | 'transparent';
  readonly reminders?: object;
  readonly guestsCanInviteOthers?: boolean;
  readonly guestsCanModify?: boolean;
  readonly guestsCanSeeOtherGuests?: boolean;
}

const PARTS: Readonly<Record<keyof EventPatch, true>> = {
  summary: true,
  description: true,
  location: true,
  conferenceData: true,
  extendedProperties: true,
  colorId: true,
  source: true,
  visibility: true,
  transparency: true,
  reminders: true,
  guestsCanInviteOthers: true,
  guestsCanModify: true,
  guestsCanSeeOtherGuests: true,
};

/**
 * An answer that asks for these parts of the event to be changed.
 * @throws TypeError if it names nothing, or a part that is the organizer's: the service would ignore the whole patch
 */
export function eventPatch(patch: EventPatch): { readonly eventPatch: EventPatch } {
  const names = Object.keys(patch);
  const foreign = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (foreign.length > 0) throw new TypeError(`an event patch must not name ${foreign.join(', ')}`);
  if (names.length === 0) throw new TypeError('an event patch must name something');
  return { eventPatch: patch };
}
