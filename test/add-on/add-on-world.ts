/**
 * The add-on's real files in the simulated Apps Script, beside a simulated Calendar and a company's server that a test plays: it makes one
 * conference for a key unless the test says what to answer.
 */
import { join } from 'node:path';
import { AppsScript } from '../../sandbox/apps-script/apps-script.ts';
import type { BuiltConferenceData } from '../../sandbox/apps-script/conference-data.ts';
import { conferenceDataOf } from '../../sandbox/apps-script/place-conference.ts';
import { readProject } from '../../sandbox/apps-script/read-project.ts';
import type { FetchedAnswer } from '../../sandbox/apps-script/script-messages.ts';
import type { ScriptResult } from '../../sandbox/apps-script/script-result.ts';
import type { FetchRequest, ScriptOutside } from '../../sandbox/apps-script/script-services.ts';
import { textAt } from '../../sandbox/calendar/wire/json.ts';
import { type AddOnConfig, manifestOf, readAddOnConfig } from '../../scripts/make-add-on-manifest.ts';
import { ALICE, buildWorld } from '../sandbox/calendar/world.ts';

export const PROJECT = readProject(join(import.meta.dirname, '../../add-on'));
const CONFIG_TEXT = PROJECT.files.find(({ name }) => name === 'config.js')?.text ?? '';
export const CONFIG = readAddOnConfig(CONFIG_TEXT);

/** A request to the company's server, its body read. */
export interface Asked {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface AddOnOptions extends Partial<ScriptOutside> {
  readonly config?: Partial<AddOnConfig>;
  /** What the company's server answers; undefined for what it usually does. */
  readonly answer?: (asked: Asked) => FetchedAnswer | undefined;
  /** What other hosts answer. */
  readonly elsewhere?: (request: FetchRequest) => FetchedAnswer;
}

export function openAddOn({ config = {}, answer = () => undefined, elsewhere, ...outside }: AddOnOptions = {}) {
  const world = buildWorld();
  world.calendar.addCalendar(ALICE);
  const whole = { ...CONFIG, ...config };
  const manifest = manifestOf(whole);
  const asked: Asked[] = [];
  const made = new Map<string, string>();

  async function exchange(request: FetchRequest): Promise<FetchedAnswer> {
    if (!request.url.startsWith(whole.serverUrl)) {
      if (elsewhere === undefined) throw new Error(`DNS error: ${request.url}`);
      return elsewhere(request);
    }
    const one = {
      path: request.url.slice(whole.serverUrl.length),
      key: request.headers['idempotency-key'],
      body: JSON.parse(request.body ?? '{}'),
    };
    asked.push(one);
    const usual = made.get(one.key ?? '') ?? `c-${made.size + 1}`;
    const said = answer(one);
    if (said !== undefined) return said;
    made.set(one.key ?? '', usual);
    return json(
      200,
      one.path === 'settings-links' ? { url: 'https://conferences.example.com/s/1' } : conference(usual),
    );
  }

  const script = new AppsScript(
    PROJECT.files.map((file) =>
      file.name === 'config.js' ? { ...file, text: `const CONFIG = ${JSON.stringify(whole)};` } : file,
    ),
    {
      manifest,
      user: ALICE,
      exchange,
      readEvent(calendarId, eventId) {
        const { status, body } = world.event(calendarId, eventId, 'GET');
        if (status !== 200) throw new Error(`GoogleJsonResponseException: API call failed with error ${status}`);
        return body;
      },
      identityToken: () => 'id-token-of-alice',
      now: world.nowMs,
      ...outside,
    },
  );
  return {
    world,
    script,
    manifest,
    asked,
    /** Ids of the conferences that the server has made, each once. */
    made: () => [...made.values()],
    errors: () => script.services.log.filter(({ level }) => level === 'error').map(({ text }) => text),
    /** What Calendar does when a person chooses a conference for an event. */
    choose: (eventId: unknown, calendarId = ALICE, functionName = 'createWebConference') =>
      script.run(functionName, { eventData: { calendarId, eventId } }),
    /** The result in the event, as Calendar writes it. */
    put(eventId: unknown, result: ScriptResult) {
      const conferenceData = conferenceDataOf(dataOf(result), manifest);
      return world.event(ALICE, eventId, 'PATCH', { body: { conferenceData }, query: { conferenceDataVersion: '1' } });
    },
    title: (eventId: unknown) => textAt(world.get(ALICE, eventId), 'summary'),
  };
}

/** The conference data of a result that has some. */
export function dataOf(result: ScriptResult): BuiltConferenceData {
  if (result.kind !== 'conference-data') throw new Error(`no conference data: ${JSON.stringify(result)}`);
  return result.data;
}

/** The type of error that Calendar is told; undefined where there is a conference. */
export function errorOf(result: ScriptResult): string | undefined {
  return dataOf(result).error?.type;
}

export function json(status: number, body: unknown): FetchedAnswer {
  return { status, body: JSON.stringify(body) };
}

export function html(status: number): FetchedAnswer {
  return { status, body: '<!doctype html><title>Sign in</title>' };
}

/** A conference with entry points of all kinds. */
export function conference(conferenceId: string) {
  return {
    conferenceId,
    entryPoints: [
      { type: 'video', uri: `https://meet.example.com/${conferenceId}`, passcode: '4711' },
      { type: 'phone', uri: 'tel:+4930123456', pin: '0815', regionCode: 'DE', features: ['toll'] },
      { type: 'sip', uri: `sip:${conferenceId}@meet.example.com`, accessCode: '99' },
      { type: 'more', uri: `https://meet.example.com/${conferenceId}/dial-in` },
    ],
    notes: 'Recorded for training.',
    parameters: { room: conferenceId },
  };
}
