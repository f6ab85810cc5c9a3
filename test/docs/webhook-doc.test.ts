/** docs/webhook.md against what is really sent: its examples fit the published schema, and its receiver works. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checksOf } from '../../ops/webhook/checks.ts';
import * as kit from '../../receiver/src/index.ts';
import { readWebhookAnswer } from '../../shared/adapters/webhook/read-webhook-answer.ts';
import { SETTINGS } from '../../shared/config/settings.ts';
import type { Outcome } from '../../shared/domain/delivery/change.ts';
import { readEventPatch } from '../../shared/domain/delivery/read-event-patch.ts';
import { DELIVERY_GIVE_UP_DAYS } from '../../shared/domain/limits.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/webhook.md'), 'utf8');
const schema: Record<string, unknown> = JSON.parse(readFileSync(join(root, 'docs/webhook.schema.json'), 'utf8'));
const isWebhook = new Ajv2020({ strict: false }).compile(schema);

/** How many days a change is tried, as texts write it. */
const DAYS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][DELIVERY_GIVE_UP_DAYS];

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

/** Answers by the row of the table that they fall under: status, body, what it is. A row without any is told of no answer. */
const ANSWERS: Readonly<Record<string, readonly (readonly [number, string, Outcome['kind']])[]>> = {
  '2xx': [
    [200, '', 'done'],
    [204, '{}', 'done'],
  ],
  '408, 429, 5xx, no answer within 15 s, no connection': [
    [408, '', 'transient'],
    [429, '{}', 'transient'],
    [503, '<html>', 'transient'],
  ],
  '401, 403': [
    [401, '', 'key-refused'],
    [403, '<html>', 'key-refused'],
  ],
  '404 or 410 with the JSON body `{"error": "conference_not_found"}`': [
    [404, '{"error": "conference_not_found"}', 'unknown-conference'],
    [410, '{"error": "conference_not_found"}', 'unknown-conference'],
  ],
  '410 with any other body': [
    [410, '', 'endpoint-gone'],
    [410, '<html>', 'endpoint-gone'],
  ],
  'a redirect; an HTML page with any other status than 422; 404 and 405 without a JSON body': [
    [302, '', 'transient'],
    [200, '<html>', 'transient'],
    [400, '<html>', 'transient'],
    [404, 'default backend', 'transient'],
    [405, '', 'transient'],
  ],
  'anything else, such as 422, 400 or 409': [
    [422, '<html>', 'refused'],
    [400, '', 'refused'],
    [409, '', 'refused'],
    [404, '{"error": "no such room"}', 'refused'],
    [413, '', 'refused'],
  ],
};

test('every answer means what the table says', () => {
  const [, rows = ''] = /\| answer \| what follows \|\n\| --- \| --- \|\n(.*?)\n\n/s.exec(text) ?? [];
  expect(rows.split('\n').map((row) => row.split(' | ')[0]?.slice(2))).toEqual(Object.keys(ANSWERS));
  for (const [status, body, kind] of Object.values(ANSWERS).flat()) {
    const answer = { status, text: body, retryAfter: undefined, isCut: false };
    expect([status, body, readWebhookAnswer(answer, 0).kind]).toEqual([status, body, kind]);
  }
});

test('the waits between attempts are those of the settings, and they end when the policy gives up', () => {
  const steps = SETTINGS.DELIVERY_RETRY_SECONDS.read(SETTINGS.DELIVERY_RETRY_SECONDS.fallback);
  const [first = 0, ...minutes] = steps.map((step) => step / 1_000);
  const last = minutes.at(-1) === 3_600 ? 'every hour' : 'the last of them again and again';
  const sentence = `after ${first} s, then ${minutes.map((wait) => wait / 60).join(', ')} minutes and ${last}, for ${DAYS} days`;
  for (const page of ['docs/webhook.md', 'docs/module.md']) {
    expect(readFileSync(join(root, page), 'utf8')).toContain(sentence);
  }
});

/** Sentences that say for how long a change is tried. */
const SAYS_HOW_LONG =
  /(?:tried|retried|tries)\b[^.]{0,120}?\bfor (\w+)\s+days|repeats, for (\w+) days|failed (?:at them )?for (\w+) days|given up after (\w+) days|stand for (\w+) days|before (\w+) days are over|[(,] ?(\w+) days at (?:the )?most\)/g;

test('every text says that a change is tried for as long as the policy says', () => {
  const folders = ['docs', 'terraform', 'ops', 'shared', 'receiver', 'functions'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(md|tf|ts|json)$/.test(name) && !/node_modules|dist/.test(name))
      .map((name) => join(folder, name)),
  );
  const said = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(SAYS_HOW_LONG)].map(([, ...days]) => [
      file,
      days.find((word) => word !== undefined),
    ]),
  );
  expect(said.filter(([, word]) => word !== DAYS)).toEqual([]);
  expect(new Set(said.map(([file]) => file)).size).toBeGreaterThan(8);
});
