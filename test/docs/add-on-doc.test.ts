/** The Apps Script of docs/add-on.md, run with stand-ins for Google's services: what it calls, and that it never fails a person. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';

const text = readFileSync(join(import.meta.dirname, '../../docs/add-on.md'), 'utf8');
const script = /^```js\n(.*?)^```$/ms.exec(text)?.[1] ?? '';
const manifest: {
  urlFetchWhitelist: string[];
  addOns: { calendar: { conferenceSolution: { onCreateFunction: string }[] } };
} = JSON.parse(/^```json\n(.*?)^```$/ms.exec(text)?.[1] ?? '{}');

interface Fetched {
  readonly url: string;
  readonly options: { readonly method: string; readonly payload: string; readonly headers: Record<string, string> };
}

/** Runs the script's entry; `status` is what the manage API answers. */
function create(calendarId: string, status: number) {
  const fetched: Fetched[] = [];
  const cached = new Map<string, string>();
  const chain = (): object => new Proxy({}, { get: (_, name) => (name === 'build' ? () => 'built' : () => chain()) });
  const context = {
    console: { error: () => undefined },
    encodeURIComponent,
    JSON,
    Session: { getEffectiveUser: () => ({ getEmail: () => 'alice@example.com' }) },
    ScriptApp: { getOAuthToken: () => 'oauth-token' },
    CacheService: {
      getUserCache: () => ({
        get: (key: string) => cached.get(key) ?? null,
        put: (key: string, value: string) => cached.set(key, value),
      }),
    },
    UrlFetchApp: {
      fetch: (url: string, options: Fetched['options']) => {
        fetched.push({ url, options });
        const isToken = url.endsWith(':generateIdToken');
        return { getResponseCode: () => (isToken ? 200 : status), getContentText: () => '{"token": "id-token"}' };
      },
    },
    ConferenceDataService: {
      EntryPointType: { VIDEO: 'video' },
      newConferenceDataBuilder: chain,
      newEntryPoint: chain,
    },
    createVendorConference: () => ({ id: 'c-123', url: 'https://meet.example.com/c-123' }),
  };
  const entry = manifest.addOns.calendar.conferenceSolution[0]?.onCreateFunction;
  const code = `${script}; ${entry}({ eventData: { calendarId: ${JSON.stringify(calendarId)}, eventId: 'e/1' } })`;
  return { answer: runInNewContext(code, context) as unknown, fetched };
}

test('registers the calendar and announces the conference, with one ID token for both', () => {
  const { answer, fetched } = create('team@group.calendar.google.com', 200);
  expect(answer).toBe('built');
  expect(fetched.map(({ url, options }) => [options.method, new URL(url).pathname])).toEqual([
    ['post', '/v1/projects/-/serviceAccounts/add-on%40my-project.iam.gserviceaccount.com:generateIdToken'],
    ['put', '/v1/calendars/team%40group.calendar.google.com'],
    ['put', '/v1/calendars/team%40group.calendar.google.com/bindings/e%2F1'],
  ]);
  expect(fetched.map(({ options }) => JSON.parse(options.payload))).toEqual([
    { audience: 'https://manage-calendars-abc123-ew.a.run.app', includeEmail: true },
    { subject: 'alice@example.com' },
    { conferenceId: 'c-123' },
  ]);
  expect(fetched.slice(1).every(({ options }) => options.headers.Authorization === 'Bearer id-token')).toBe(true);
});

test('gives the person his conference even when the service is away', () => {
  expect(create('primary', 503).answer).toBe('built');
});

test('may call every address that it calls', () => {
  for (const { url } of create('primary', 201).fetched) {
    expect(manifest.urlFetchWhitelist.some((allowed) => url.startsWith(allowed))).toBe(true);
  }
});
