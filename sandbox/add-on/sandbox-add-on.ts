/**
 * The add-on of this repository, installed for everybody in the sandbox: its real files run in the simulated Apps Script, one project for
 * each user, and ask the sandbox's vendor for conferences.
 */
import { join } from 'node:path';
import { AppsScript } from '../apps-script/apps-script.ts';
import type { ConferenceErrorType } from '../apps-script/conference-data.ts';
import { conferenceDataOf } from '../apps-script/place-conference.ts';
import { readProject, type ScriptProject } from '../apps-script/read-project.ts';
import { TOKEN_PREFIX, Vendor } from './vendor.ts';

const FOLDER = join(import.meta.dirname, '../../add-on');

/** Where a person wants a conference, and of which kind. */
export interface Wish {
  readonly calendarId: string;
  readonly eventId: string;
  readonly solutionName: string;
}

/** What comes of it: `conferenceData` for the event, or what the person is told. */
export type Added =
  | { readonly kind: 'added'; readonly conferenceData: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly message: string };

/** What the add-on needs of the sandbox. */
export interface AddOnOptions {
  readonly manageOrigin: string;
  /** The event as the Calendar API shows it. @throws Error where there is none */
  readonly readEvent: (calendarId: string, eventId: string) => unknown;
  readonly now: () => number;
}

/** In words of ours: what Calendar says is not documented. */
const WORDS: Readonly<Record<ConferenceErrorType, string>> = {
  AUTHENTICATION: 'Sign in to the conference system, then choose the conference again.',
  CONFERENCE_SOLUTION_FORBIDDEN: 'You may not use this kind of conference.',
  PERMANENT: 'This event cannot have this conference.',
  PERMISSION_DENIED: 'The conference system does not let you make a conference.',
  TEMPORARY: 'The conference could not be made just now. Try again.',
  UNKNOWN: 'The conference could not be made.',
};

/** See the file's head. */
export class SandboxAddOn {
  readonly #project: ScriptProject = readProject(FOLDER);
  readonly #scripts = new Map<string, AppsScript>();
  readonly #options: AddOnOptions;
  readonly #vendor: Vendor;

  constructor(options: AddOnOptions) {
    this.#options = options;
    this.#vendor = new Vendor(options.manageOrigin);
  }

  /** Does what Calendar does when a person chooses a conference for an event of his own calendar. */
  async addConference({ calendarId, eventId, solutionName }: Wish): Promise<Added> {
    const { manifest } = this.#project;
    const solution = manifest.addOns.calendar.conferenceSolution.find(({ name }) => name === solutionName);
    if (solution === undefined) return { kind: 'refused', message: `The add-on has no conference ${solutionName}.` };
    const script = this.#scriptOf(calendarId);
    const result = await script.run(solution.onCreateFunction, { eventData: { calendarId, eventId } });
    if (result.kind !== 'conference-data') return { kind: 'refused', message: WORDS.UNKNOWN };
    const { error } = result.data;
    if (error !== undefined) {
      const said = script.services.log.at(-1)?.text ?? '';
      return { kind: 'refused', message: `${WORDS[error.type]} The add-on says: ${said}` };
    }
    return { kind: 'added', conferenceData: conferenceDataOf(result.data, manifest) };
  }

  #scriptOf(user: string): AppsScript {
    const known = this.#scripts.get(user);
    if (known !== undefined) return known;
    const { readEvent, now } = this.#options;
    const script = new AppsScript(this.#project.files, {
      manifest: this.#project.manifest,
      user,
      exchange: (request) => this.#vendor.exchange(request),
      readEvent,
      identityToken: () => TOKEN_PREFIX + user,
      now,
    });
    this.#scripts.set(user, script);
    return script;
  }
}
