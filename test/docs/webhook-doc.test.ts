/** docs/webhook.md against what is really sent: its examples fit the published schema, and its receiver works. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createWebhookBackend } from '../../shared/adapters/webhook/send-webhook.ts';
import { readEventPatch } from '../../shared/domain/delivery/read-event-patch.ts';
import { CANCELLED } from '../adapters/webhook/changes.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/webhook.md'), 'utf8');
const schema: Record<string, unknown> = JSON.parse(readFileSync(join(root, 'docs/webhook.schema.json'), 'utf8'));
const isWebhook = new Ajv2020({ strict: false }).compile(schema);

function blocks(language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);
}

const examples = blocks('json').map((block): Record<string, unknown> => JSON.parse(block));
const bodies = examples.filter(({ type }) => type !== undefined);
let receiver: ChildProcess | undefined;

afterEach(() => {
  receiver?.kill('SIGKILL');
});

test.each(bodies.map((body) => [String(body.type), body]))('the example of %s fits the schema', (_, body) => {
  expect(isWebhook(body) ? [] : isWebhook.errors).toEqual([]);
});

test('each of the four changes has an example', () => {
  expect(bodies.map(({ type }) => type).sort()).toEqual([
    'conference.cancelled',
    'conference.occurrence_cancelled',
    'conference.occurrence_updated',
    'conference.updated',
  ]);
});

test('the example of a patch is one that would be written', () => {
  const [patch] = examples.flatMap(({ eventPatch }) => (eventPatch === undefined ? [] : [eventPatch]));
  expect(readEventPatch(patch)).toEqual(patch);
});

test('every part of an event that may be patched is named, and no other', () => {
  const sentence = text.slice(text.indexOf('and may name'), text.indexOf('Time, guests, recurrence'));
  const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(10);
  for (const name of named) expect(readEventPatch({ [name]: 'x' })).toEqual({ [name]: 'x' });
  for (const name of ['start', 'end', 'attendees', 'recurrence', 'status']) {
    expect(named).not.toContain(name);
    expect(readEventPatch({ [name]: 'x' })).toBeUndefined();
  }
});

describe('the receiver of the page', () => {
  const secrets = [1, 2].map((byte) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`);

  async function start(ring: readonly string[]): Promise<string> {
    const [code = ''] = blocks('js');
    const started = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: root,
      env: { PORT: '0', WEBHOOK_SECRETS: ring.join(',') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    receiver = started;
    const [line] = await once(started.stdout.setEncoding('utf8'), 'data');
    return `http://127.0.0.1:${/\d+/.exec(String(line))?.[0]}/`;
  }

  test('accepts what is signed with any key of the ring', async () => {
    const url = await start(secrets.slice(1));
    const backend = createWebhookBackend({ url, secrets });
    expect(await backend.apply(CANCELLED)).toEqual({ kind: 'done' });
    expect(await backend.apply(CANCELLED)).toEqual({ kind: 'done' });
    backend.close();
  });
  test('refuses what is not', async () => {
    const url = await start(secrets.slice(1));
    const backend = createWebhookBackend({ url, secrets: secrets.slice(0, 1) });
    expect(await backend.apply(CANCELLED)).toEqual({ kind: 'refused', reason: 'answered 401' });
    backend.close();
  });
});
