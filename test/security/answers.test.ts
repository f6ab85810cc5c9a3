/** What a conference system answers, be it broken or bought: nothing of it is thrown, followed, believed beyond its bounds, or repeated. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadModuleBackend } from '../../shared/adapters/module-backend/load-module.ts';
import { readWebhookAnswer } from '../../shared/adapters/webhook/read-webhook-answer.ts';
import { createWebhookBackend, type WebhookBackend } from '../../shared/adapters/webhook/send-webhook.ts';
import type { ConferenceChange, Outcome } from '../../shared/domain/delivery/change.ts';
import type { ConferenceBackend } from '../../shared/domain/ports.ts';
import { hostileJson, hostileText, mangled } from './hostile.ts';
import { tally } from './tally.ts';

const inputs = tally('answers of conference systems');
const SECRET = `whsec_${Buffer.from('a webhook secret for tests').toString('base64')}`;
const PATCHABLE = [
  'summary',
  'description',
  'location',
  'conferenceData',
  'extendedProperties',
  'colorId',
  'source',
  'visibility',
  'transparency',
  'reminders',
  'guestsCanInviteOthers',
  'guestsCanModify',
  'guestsCanSeeOtherGuests',
];
const CHANGE: ConferenceChange = {
  type: 'conference.cancelled',
  id: 'msg_aaaaaaaaaaaaaaaaaaaa_1',
  timestamp: '2027-01-20T09:00:00.000Z',
  data: { conferenceId: 'c-1', revision: 1, calendarId: 'alice@example.com', eventId: 'e', reason: 'event_deleted' },
};

/** Whatever came back, the outcome is one of ours, in our words, within bounds. */
function sane(outcome: Outcome): void {
  inputs.count();
  expect(['done', 'transient', 'key-refused', 'refused', 'unknown-conference', 'endpoint-gone']).toContain(
    outcome.kind,
  );
  if ('reason' in outcome) expect(outcome.reason).toMatch(/^[\w ():,.'[-]{1,200}$/);
  if (outcome.kind === 'transient') expect(outcome.retryAfterMs ?? 0).toBeLessThanOrEqual(3_600_000);
  if (outcome.kind === 'done')
    for (const name of Object.keys(outcome.eventPatch ?? {})) expect(PATCHABLE).toContain(name);
}

test('answers of any status, header and text become outcomes in our own words', () => {
  const text = fc.oneof(
    hostileJson.map((value) => JSON.stringify(value)),
    hostileJson.map((value) => JSON.stringify({ eventPatch: value })),
    fc
      .dictionary(fc.constantFrom('summary', 'start', 'attendees', '__proto__', 'status', 'location'), hostileJson)
      .map((eventPatch) => JSON.stringify({ eventPatch })),
    mangled('{"eventPatch":{"location":"x"},"error":"conference_not_found"}'),
    hostileText,
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999 }),
      fc.option(hostileText, { nil: undefined }),
      text,
      fc.boolean(),
      (status, retryAfter, content, isCut) =>
        sane(readWebhookAnswer({ status, retryAfter, text: content, isCut }, 1_800_000_000_000)),
    ),
    { numRuns: 3_000 },
  );
});

describe('over a real connection', () => {
  let server: Server;
  let backend: WebhookBackend;
  /** Without connections that the tries before have left in any state. */
  let fresh: WebhookBackend;
  let port = 0;
  let connections = 0;
  let bytes: Buffer = Buffer.alloc(0);
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    server = createServer((socket) => {
      connections++;
      sockets.add(socket.on('error', () => undefined));
      socket.once('data', () => socket.end(bytes));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A server that listens on a port has an address of this kind.
    port = (server.address() as AddressInfo).port;
    backend = createWebhookBackend({ url: `http://127.0.0.1:${port}/`, secrets: [SECRET], timeoutMs: 1_000 });
    fresh = createWebhookBackend({ url: `http://127.0.0.1:${port}/`, secrets: [SECRET], timeoutMs: 1_000 });
  });
  afterAll(() => {
    backend.close();
    fresh.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('bytes that are hardly HTTP become outcomes as well', async () => {
    const answer = fc.oneof(
      mangled(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 36\r\n\r\n{"eventPatch":{"location":"a room"}}',
      ),
      hostileText.map((text) => `HTTP/1.1 200 ${text}\r\n\r\n`),
      hostileText.map((text) => `HTTP/1.1 503 no\r\nRetry-After: ${text}\r\nContent-Length: 0\r\n\r\n`),
      hostileText,
    );
    await fc.assert(
      fc.asyncProperty(answer, async (text) => {
        bytes = Buffer.from(text);
        sane(await backend.apply(CHANGE));
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    'http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token',
    'http://metadata.google.internal/',
    'file:///etc/passwd',
    '//127.0.0.1/',
  ])('a redirect to %s leads nowhere, and the delivery waits', async (location) => {
    inputs.count();
    const before = connections;
    bytes = Buffer.from(
      `HTTP/1.1 307 Elsewhere\r\nLocation: ${location}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(await fresh.apply(CHANGE)).toEqual({ kind: 'transient', reason: 'answered a redirect (status 307)' });
    expect(connections).toBe(before + 1);
  });

  test('a name that turns to a metadata address between two deliveries is not followed there', async () => {
    let address = '127.0.0.1';
    const turning = createWebhookBackend({
      url: `http://localhost:${port}/`,
      secrets: [SECRET],
      lookup: (_, done) => done(null, [{ address, family: address.includes(':') ? 6 : 4 }]),
    });
    try {
      bytes = Buffer.from('HTTP/1.1 204 Done\r\nConnection: close\r\n\r\n');
      expect(await turning.apply(CHANGE)).toEqual({ kind: 'done' });
      for (address of ['169.254.169.254', 'fd20:ce::254', '::ffff:a9fe:a9fe', '0.0.0.0', '::', 'fe80::1%lo']) {
        inputs.count();
        const before = connections;
        expect(await turning.apply(CHANGE)).toMatchObject({ kind: 'transient' });
        expect(connections).toBe(before);
      }
    } finally {
      turning.close();
    }
  });
});

describe('a module of the company', () => {
  const folder = mkdtempSync(join(tmpdir(), 'module-'));
  const answers: { next: () => unknown } = { next: () => undefined };
  let backend: ConferenceBackend;

  beforeAll(async () => {
    const path = join(folder, 'backend.mjs');
    writeFileSync(path, 'export const apply = (change) => globalThis.hostileModuleAnswer(change);');
    Reflect.set(globalThis, 'hostileModuleAnswer', () => answers.next());
    backend = await loadModuleBackend(path, { timeoutMs: 50 });
  });
  afterAll(() => {
    Reflect.deleteProperty(globalThis, 'hostileModuleAnswer');
    rmSync(folder, { recursive: true, force: true });
  });

  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap');
      },
      ownKeys: () => {
        throw new Error('trap');
      },
    },
  );
  const odd: readonly (readonly [string, () => unknown])[] = [
    [
      'a getter that throws',
      () => ({
        get refused() {
          throw new Error('secret');
        },
      }),
    ],
    ['a patch whose reading throws', () => ({ eventPatch: trap })],
    ['a proxy that throws at everything', () => Object.create(trap)],
    [
      'an exception that throws when it is looked at',
      () => {
        throw {
          get name() {
            throw new Error('secret');
          },
        };
      },
    ],
    [
      'an exception that is nothing',
      () => {
        throw undefined;
      },
    ],
    ['a promise that rejects with a proxy', () => Promise.reject(Object.create(trap))],
    ['a promise that never ends', () => new Promise(() => undefined)],
    [
      'a thenable that throws',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: this is the attack
        then() {
          throw new Error('secret');
        },
      }),
    ],
    ['a refusal with ends of lines', () => ({ refused: 'a\nb\u001b[31m' })],
    [
      'itself within itself',
      () => {
        const self: Record<string, unknown> = {};
        self.eventPatch = self;
        return self;
      },
    ],
  ];
  test.each(odd)('that gives back %s ends in an outcome', async (_, next) => {
    answers.next = next;
    sane(await backend.apply(CHANGE));
  });

  test('that gives back or throws any JSON ends in an outcome', async () => {
    await fc.assert(
      fc.asyncProperty(hostileJson, fc.constantFrom('return', 'throw', 'patch'), async (value, how) => {
        answers.next = () => {
          if (how === 'throw') throw value;
          return how === 'patch' ? { eventPatch: value } : value;
        };
        const outcome = await backend.apply(CHANGE);
        inputs.count();
        expect(['done', 'transient', 'refused']).toContain(outcome.kind);
      }),
      { numRuns: 500 },
    );
  });
});
