/** Asks Google Cloud's REST APIs as the account of this machine. What goes wrong becomes a reading that says why. */
import { auth } from 'googleapis/build/src/apis/calendar/index.js';
import type { Reading } from '../ports.ts';

/** One GET or POST; the answer is parsed JSON. */
export interface CloudApi {
  get(url: string): Promise<Reading<unknown>>;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const ANSWER_MS = 10_000;

/** Uses Application Default Credentials, looked for at the first call. */
export function createCloudApi(): CloudApi {
  const credentials = new auth.GoogleAuth({ scopes: [SCOPE] });
  return {
    async get(url) {
      const api = new URL(url).hostname;
      try {
        const token = await credentials.getAccessToken();
        if (typeof token !== 'string')
          return { kind: 'unreadable', why: 'no credentials; try: gcloud auth application-default login' };
        const answer = await fetch(url, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        if (answer.ok) return { kind: 'known', fact: await answer.json() };
        await answer.body?.cancel();
        if (answer.status === 404) return { kind: 'absent' };
        const why = answer.status === 403 ? 'you may not look at it' : `it answered ${answer.status}`;
        return { kind: 'unreadable', why: `${api}: ${why}` };
      } catch (error) {
        return {
          kind: 'unreadable',
          why: `${api}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
        };
      }
    },
  };
}

/** The answer of a deployment that has no such API, as an emulator has none. */
export function createNoCloudApi(why: string): CloudApi {
  return { get: async () => ({ kind: 'unreadable', why }) };
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

/** A reading of something made from an answer. */
export function mapped<From, To>(reading: Reading<From>, read: (fact: From) => To): Reading<To> {
  return reading.kind === 'known' ? { kind: 'known', fact: read(reading.fact) } : reading;
}
