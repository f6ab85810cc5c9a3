/** docs/webhook.md against what is really sent: its examples fit the published schema, and its receiver works. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checksOf } from '../../ops/webhook/checks.ts';
import * as kit from '../../receiver/src/index.ts';
import { SETTINGS } from '../../shared/config/settings.ts';
import { readEventPatch } from '../../shared/domain/delivery/read-event-patch.ts';
import { DELIVERY_GIVE_UP_MS } from '../../shared/domain/limits.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/webhook.md'), 'utf8');
const schema: Record<string, unknown> = JSON.parse(readFileSync(join(root, 'docs/webhook.schema.json'), 'utf8'));
const isWebhook = new Ajv2020({ strict: false }).compile(schema);

function blocks(language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);
}

const examples = blocks('json').map((block): Record<string, unknown> => JSON.parse(block));
const bodies = examples.filter(({ type }) => type !== undefined);

test.each(bodies.map((body) => [String(body.type), body]))('the example of %s fits the schema', (_, body) => {
  expect(isWebhook(body) ? [] : isWebhook.errors).toEqual([]);
});

test('each of the four changes, and each message about a calendar, has an example', () => {
  expect(bodies.map(({ type }) => type).sort()).toEqual([
    'calendar.connected',
    'calendar.disconnected',
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

test('the receiver of the page is the example that keeps every rule', () => {
  expect(blocks('js')).toEqual([readFileSync(join(root, 'examples/node-sqlite/receiver.js'), 'utf8')]);
});

test('every export of the kit that is named there exists', () => {
  const [, rows = ''] = /\| export \| is \|\n(.*?)\n\n/s.exec(text) ?? [];
  const named = rows
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)/g)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name = '') => name !== 'Change' && !(name in kit))).toEqual([]);
  expect(Object.keys(kit).filter((name) => !named.includes(name) && !/^[A-Z]/.test(name))).toEqual([]);
});

test('every rule that the conformance test tries stands at the place that it names', () => {
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, name = '']) => name.toLowerCase().replaceAll(' ', '-'));
  for (const { see } of checksOf({ name: 'x', now: 1 }))
    expect(headings).toContain(see.replace('docs/webhook.md#', ''));
});

test('the waits between attempts are those of the settings, and they end when the policy gives up', () => {
  const steps = SETTINGS.DELIVERY_RETRY_SECONDS.read(SETTINGS.DELIVERY_RETRY_SECONDS.fallback);
  const [first = 0, ...minutes] = steps.map((step) => step / 1_000);
  const last = minutes.at(-1) === 3_600 ? 'every hour' : 'the last of them again and again';
  const days = ['no', 'one', 'two', 'three', 'four'][DELIVERY_GIVE_UP_MS / 86_400_000];
  const sentence = `after ${first} s, then ${minutes.map((wait) => wait / 60).join(', ')} minutes and ${last}, for ${days} days`;
  for (const page of ['docs/webhook.md', 'docs/module.md']) {
    expect(readFileSync(join(root, page), 'utf8')).toContain(sentence);
  }
});
