/**
 * ConferenceDataService as Google documents it: what each setter takes, its greatest length, and what `build` refuses. Sources:
 * https://developers.google.com/apps-script/reference/conference-data (each class has a page of its own) for lengths, prefixes and
 * counts; the discovery document of the Calendar API, `ConferenceData.entryPoints`, for how many of each type there may be. The texts of
 * the errors are ours: Google documents that there is an error, and not its words.
 */

const ENTRY_POINT_TYPES = { VIDEO: 'video', PHONE: 'phone', MORE: 'more', SIP: 'sip' } as const;
const FEATURES = { UNKNOWN_FEATURE: 'unknown', TOLL: 'toll', TOLL_FREE: 'toll_free' } as const;
const ERROR_TYPES = [
  'AUTHENTICATION',
  'CONFERENCE_SOLUTION_FORBIDDEN',
  'PERMANENT',
  'PERMISSION_DENIED',
  'TEMPORARY',
  'UNKNOWN',
] as const;

/** .../conference-data/conference-error-type */
export type ConferenceErrorType = (typeof ERROR_TYPES)[number];
type EntryPointType = (typeof ENTRY_POINT_TYPES)[keyof typeof ENTRY_POINT_TYPES];
type Feature = (typeof FEATURES)[keyof typeof FEATURES];

/** An entry point with the names of the Calendar API. */
export interface BuiltEntryPoint {
  readonly entryPointType: EntryPointType;
  readonly uri: string;
  readonly [name: string]: unknown;
}

/** What a script hands to Calendar: a conference, or why there is none. */
export interface BuiltConferenceData {
  readonly conferenceId?: string;
  readonly conferenceSolutionId?: string;
  readonly entryPoints: readonly BuiltEntryPoint[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly notes?: string;
  readonly error?: { readonly type: ConferenceErrorType; readonly authenticationUrl?: string };
}

const PREFIXES: Readonly<Record<EntryPointType, RegExp>> = {
  video: /^https?:/,
  more: /^https?:/,
  phone: /^tel:/,
  sip: /^sip:/,
};
const COUNT_MAX = 300;

/** The URI's prefix is checked when the entry point is added, since type and URI are set in either order. */
class EntryPoint {
  readonly fields: Record<string, unknown> = {};
  readonly features: Feature[] = [];

  setEntryPointType(type: unknown): this {
    this.fields.entryPointType = oneOf('entry point type', Object.values(ENTRY_POINT_TYPES), type);
    return this;
  }
  setUri(uri: unknown): this {
    return this.#set('uri', uri, 1300);
  }
  setPin(pin: unknown): this {
    return this.#set('pin', pin, 128);
  }
  setAccessCode(code: unknown): this {
    return this.#set('accessCode', code, 128);
  }
  setMeetingCode(code: unknown): this {
    return this.#set('meetingCode', code, 128);
  }
  setPasscode(code: unknown): this {
    return this.#set('passcode', code, 128);
  }
  setPassword(password: unknown): this {
    return this.#set('password', password, 128);
  }
  /** A region of CLDR or ISO 3166, https://developers.google.com/apps-script/reference/conference-data/entry-point#setRegionCode(String) */
  setRegionCode(code: unknown): this {
    return this.#set('regionCode', code, 2);
  }
  /** "Error if the feature isn't applicable to this entry point": both features are of telephone calls. */
  addFeature(feature: unknown): this {
    if (this.fields.entryPointType !== 'phone') throw new Error('This feature is for phone entry points.');
    this.features.push(oneOf('entry point feature', Object.values(FEATURES), feature));
    return this;
  }

  #set(name: string, value: unknown, lengthMax: number): this {
    this.fields[name] = text(name, value, lengthMax);
    return this;
  }
}

class ConferenceParameter {
  key: string | undefined;
  value: string | undefined;

  setKey(key: unknown): this {
    this.key = text('key', key, 50);
    return this;
  }
  setValue(value: unknown): this {
    this.value = text('value', value, 1024);
    return this;
  }
}

class ConferenceError {
  type: ConferenceErrorType | undefined;
  authenticationUrl: string | undefined;

  setConferenceErrorType(type: unknown): this {
    this.type = oneOf('conference error type', ERROR_TYPES, type);
    return this;
  }
  setAuthenticationUrl(url: unknown): this {
    const given = text('authenticationUrl', url, 1800);
    if (!/^https?:/.test(given) || !URL.canParse(given)) throw new Error(`Not a valid http or https URL: ${given}`);
    this.authenticationUrl = given;
    return this;
  }
}

/** What `build` returns. */
export class ConferenceData {
  readonly data: BuiltConferenceData;

  constructor(data: BuiltConferenceData) {
    this.data = data;
  }

  /** For debugging, as https://developers.google.com/apps-script/reference/conference-data/conference-data#printJson() says. */
  printJson(): string {
    return JSON.stringify(this.data);
  }
}

class ConferenceDataBuilder {
  readonly #entryPoints: BuiltEntryPoint[] = [];
  readonly #parameters = new Map<string, string>();
  #fields: { conferenceId?: string; conferenceSolutionId?: string; notes?: string } = {};
  #error: ConferenceError | undefined;

  setConferenceId(id: unknown): this {
    this.#fields = { ...this.#fields, conferenceId: text('conferenceId', id, 512) };
    return this;
  }
  setConferenceSolutionId(id: unknown): this {
    this.#fields = { ...this.#fields, conferenceSolutionId: text('conferenceSolutionId', id, 512) };
    return this;
  }
  setNotes(notes: unknown): this {
    this.#fields = { ...this.#fields, notes: text('notes', notes, 2048) };
    return this;
  }
  setError(error: unknown): this {
    if (!(error instanceof ConferenceError) || error.type === undefined) throw new Error('The error is invalid.');
    this.#error = error;
    return this;
  }
  addEntryPoint(entryPoint: unknown): this {
    if (!(entryPoint instanceof EntryPoint)) throw new Error('The entry point is invalid.');
    const { entryPointType, uri } = entryPoint.fields;
    const type = Object.values(ENTRY_POINT_TYPES).find((known) => known === entryPointType);
    if (type === undefined || typeof uri !== 'string') throw new Error('An entry point needs a type and a URI.');
    if (!PREFIXES[type].test(uri)) throw new Error(`The URI of a ${type} entry point has another prefix: ${uri}`);
    if (this.#entryPoints.length === COUNT_MAX) throw new Error(`More than ${COUNT_MAX} entry points.`);
    const { features } = entryPoint;
    const entryPointFeatures = features.length > 0 ? { entryPointFeatures: [...features] } : {};
    this.#entryPoints.push({ ...entryPoint.fields, entryPointType: type, uri, ...entryPointFeatures });
    return this;
  }
  addConferenceParameter(parameter: unknown): this {
    if (!(parameter instanceof ConferenceParameter)) throw new Error('The parameter is invalid.');
    const { key, value } = parameter;
    if (key === undefined || value === undefined) throw new Error('A parameter needs a key and a value.');
    if (this.#parameters.size === COUNT_MAX) throw new Error(`More than ${COUNT_MAX} parameters.`);
    this.#parameters.set(key, value);
    return this;
  }
  build(): ConferenceData {
    const common = {
      ...this.#fields,
      entryPoints: this.#entryPoints,
      parameters: Object.fromEntries(this.#parameters),
    };
    if (this.#error !== undefined) return new ConferenceData({ ...common, error: builtError(this.#error) });
    if (common.conferenceSolutionId === undefined) throw new Error('conferenceSolutionId must be set.');
    checkEntryPoints(this.#entryPoints);
    return new ConferenceData(common);
  }
}

function builtError({ type = 'UNKNOWN', authenticationUrl }: ConferenceError): BuiltConferenceData['error'] & object {
  if (type === 'AUTHENTICATION' && authenticationUrl === undefined)
    throw new Error('An AUTHENTICATION error needs an authentication URL.');
  return { type, ...(authenticationUrl !== undefined && { authenticationUrl }) };
}

/** "A conference can have zero or one" of each but phone, and one with only `more` is not valid. */
function checkEntryPoints(entryPoints: readonly BuiltEntryPoint[]): void {
  for (const type of ['video', 'sip', 'more']) {
    if (entryPoints.filter((one) => one.entryPointType === type).length > 1)
      throw new Error(`More than one ${type} entry point.`);
  }
  if (entryPoints.every((one) => one.entryPointType === 'more'))
    throw new Error('A conference needs an entry point other than more.');
}

function text(name: string, value: unknown, lengthMax: number): string {
  if (typeof value !== 'string')
    throw new Error(`The parameters (${typeof value}) don't match the method for ${name}.`);
  if (value.length > lengthMax) throw new Error(`${name} is longer than ${lengthMax} characters.`);
  return value;
}

function oneOf<Known extends string>(name: string, known: readonly Known[], value: unknown): Known {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`There is no ${name} ${String(value)}.`);
  return found;
}

/** The global of that name. */
export const ConferenceDataService = {
  EntryPointType: ENTRY_POINT_TYPES,
  EntryPointFeature: FEATURES,
  ConferenceErrorType: Object.fromEntries(ERROR_TYPES.map((type) => [type, type])),
  newConferenceDataBuilder: () => new ConferenceDataBuilder(),
  newEntryPoint: () => new EntryPoint(),
  newConferenceParameter: () => new ConferenceParameter(),
  newConferenceError: () => new ConferenceError(),
};
