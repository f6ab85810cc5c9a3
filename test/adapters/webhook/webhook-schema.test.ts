import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { createWebhookBackend } from '../../../shared/adapters/webhook/send-webhook.ts';
import { EVENT_FIELDS } from '../../../shared/domain/event/event-fields.ts';
import { type ScriptedServer, startScriptedServer } from '../google-calendar/scripted-server.ts';
import { CANCELLED, changes, notices } from './changes.ts';

const FILE = join(import.meta.dirname, '../../../docs/webhook.schema.json');
const schema: Record<string, unknown> = JSON.parse(readFileSync(FILE, 'utf8'));

/** The published schema allows fields to be added; in our own tests a field that it does not name is a mistake. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
  const isObject = copy.type === 'object' && copy.properties !== undefined;
  return isObject ? { additionalProperties: false, ...copy } : copy;
}

const strict = new Ajv2020({ strictTypes: true, allowUnionTypes: true });
const conforms = strict.compile({ ...Object(closed(schema)), $id: 'urn:test:closed' });
const allows = strict.compile(schema);

describe('the published schema', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
    server.always('/', { status: 204 });
  });
  afterAll(() => server.close());

  test('describes everything that is sent', async () => {
    const secrets = [`whsec_${Buffer.alloc(24, 1).toString('base64')}`];
    const backend = createWebhookBackend({ url: server.url, secrets });
    await fc.assert(
      fc.asyncProperty(fc.oneof(changes, notices), async (message) => {
        const isNotice = message.type === 'calendar.connected' || message.type === 'calendar.disconnected';
        const outcome = isNotice ? backend.tell(message) : backend.apply(message);
        expect(await outcome).toEqual({ kind: 'done' });
        const isFine = conforms(JSON.parse(server.asked.at(-1)?.body ?? ''));
        expect({ isFine, errors: conforms.errors }).toEqual({ isFine: true, errors: null });
      }),
    );
    backend.close();
  });

  test('allows fields that a later version adds', () => {
    expect(allows({ ...CANCELLED, data: { ...CANCELLED.data, later: 1 } })).toBe(true);
  });

  test.each<[string, object]>([
    ['an unknown type', { type: 'conference.exploded' }],
    ['a revision of zero', { data: { ...CANCELLED.data, revision: 0 } }],
    ['an unknown reason', { data: { ...CANCELLED.data, reason: 'boredom' } }],
    ['a time that is no time', { timestamp: 'yesterday' }],
    ['an update without an event', { type: 'conference.updated' }],
  ])('refuses %s', (_, difference) => {
    expect(allows({ ...CANCELLED, ...difference })).toBe(false);
  });

  test('names every field that can be configured', () => {
    expect(JSON.stringify(schema)).toContain(JSON.stringify(EVENT_FIELDS));
  });
});
