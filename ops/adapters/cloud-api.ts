/** Asks Google Cloud's REST APIs as the account of this machine. What goes wrong becomes a reading that says why. */
import { auth } from 'googleapis/build/src/apis/calendar/index.js';
import { CommandFailed } from '../cli/errors.ts';
import type { Reading } from '../ports.ts';
import { LOOK_MS, look, whyOf } from '../status/look.ts';

/** See the file's head. */
export interface CloudApi {
  /** One GET; the answer is parsed JSON. */
  get(url: string): Promise<Reading<unknown>>;
  /** One call for whoever needs the status. The body is parsed JSON, undefined where there is none. @throws CommandFailed without an answer */
  call(method: 'GET' | 'DELETE', url: string): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** The smallest role that shows what confsync asks of each API, as docs/runbook.md lists them. */
const ROLES: Readonly<Record<string, string>> = {
  'cloudfunctions.googleapis.com': 'roles/cloudfunctions.viewer',
  'firestore.googleapis.com': 'roles/datastore.user',
  'monitoring.googleapis.com': 'roles/monitoring.viewer',
  'secretmanager.googleapis.com': 'roles/secretmanager.viewer',
};

/** The role that a question takes: who holds what, the viewers do not show. Exported for its test. */
export function roleFor({ hostname, pathname }: URL): string {
  return pathname.endsWith(':getIamPolicy') ? 'roles/iam.securityReviewer' : (ROLES[hostname] ?? 'another role');
}

/** What is said of something that takes a role which this account has not. */
export function mayNot(role: string): string {
  return `you may not look at it, it takes ${role}`;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const LOGIN = 'Type: gcloud auth application-default login';

/**
 * Uses Application Default Credentials, and makes sure that there are any: without them each of Google's clients would fail in words of its
 * own, some of them outside of any call.
 * @throws CommandFailed where there are none, or where Google does not take them any more
 */
export async function openCloudApi(): Promise<CloudApi> {
  const credentials = new auth.GoogleAuth({ scopes: [SCOPE] });
  const token = await look(() => credentials.getAccessToken());
  if (token.kind !== 'known' || typeof token.fact !== 'string') {
    const why = token.kind === 'unreadable' ? token.why : 'none were found';
    throw new CommandFailed(`Google does not know you on this machine (${why.replace(/\.$/, '')})`, LOGIN);
  }
  async function send(method: string, url: string): Promise<Response> {
    const headers = { authorization: `Bearer ${await credentials.getAccessToken()}` };
    return fetch(url, { method, headers, signal: AbortSignal.timeout(LOOK_MS) });
  }
  const get = sharing(async (url) => {
    const api = new URL(url).hostname;
    try {
      const answer = await send('GET', url);
      if (answer.ok) return { kind: 'known', fact: await answer.json() };
      await answer.body?.cancel();
      if (answer.status === 404) return { kind: 'absent' };
      const why = answer.status === 403 ? mayNot(roleFor(new URL(url))) : `it answered ${answer.status}`;
      return { kind: 'unreadable', why: `${api}: ${why}` };
    } catch (error) {
      return { kind: 'unreadable', why: `${api}: ${whyOf(error)}` };
    }
  });
  return {
    get,
    async call(method, url) {
      try {
        const answer = await send(method, url);
        const text = await answer.text();
        return { status: answer.status, body: answer.ok && text !== '' ? JSON.parse(text) : undefined };
      } catch (error) {
        throw new CommandFailed(`${new URL(url).hostname} gave no answer (${whyOf(error)})`, 'Type the same again.');
      }
    },
  };
}

/** Several checks of one moment look at the same thing: what is being asked is not asked again meanwhile. `ask` never throws. */
export function sharing(ask: CloudApi['get']): CloudApi['get'] {
  const underWay = new Map<string, Promise<Reading<unknown>>>();
  return (url) => {
    const asked = underWay.get(url) ?? ask(url).finally(() => underWay.delete(url));
    underWay.set(url, asked);
    return asked;
  };
}

/** The answer of a deployment that has no such API, as an emulator has none. */
export function createNoCloudApi(why: string): CloudApi {
  return {
    get: async () => ({ kind: 'unreadable', why }),
    async call() {
      throw new CommandFailed(why, 'Type it against the installation that has one.');
    },
  };
}

/** A property of parsed JSON; undefined where there is none. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** A list of parsed JSON; empty where there is none. */
export function listField(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}
