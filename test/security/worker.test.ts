/** Push envelopes and work messages of any shape: each is acknowledged and, where it cannot be worked on, kept for a person. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type WorkerServices, workOn } from '../../functions/sync-calendar.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { deadLetterAttributes } from '../../shared/domain/notification/message-attributes.ts';
import { encodeWork } from '../../shared/domain/notification/work-message.ts';
import type { DeadLetter } from '../../shared/domain/ports.ts';
import { World } from '../flow/world.ts';
import { hostileJson, hostileText, mangled, spoilt } from './hostile.ts';
import { tally } from './tally.ts';

const inputs = tally('work messages');
const alice = calendarKeyOf('alice@example.com');
const world = new World();
const letters: DeadLetter[] = [];
const services: WorkerServices = {
  ...world.services,
  deadLetters: { put: async (letter) => void letters.push(letter) },
};

async function acknowledged(body: unknown): Promise<void> {
  inputs.count();
  expect(await workOn(services, body)).toBe(204);
}

function envelope(text: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { message: { data: Buffer.from(text).toString('base64'), attributes: { lane: 'live' }, ...more } };
}

const right = {
  version: 1,
  kind: 'sync',
  calendar: alice,
  conference: conferenceKeyOf('c-1'),
  cause: 'notification',
  channel: { id: `${alice}-abc`, resourceId: 'resource' },
  force: true,
};

test('envelopes of any shape are acknowledged', async () => {
  const message = spoilt({
    data: Buffer.from(JSON.stringify(right)).toString('base64'),
    attributes: { lane: 'upkeep' },
    messageId: '17',
    publishTime: '2027-01-20T09:00:00Z',
  });
  const body = fc.oneof(
    hostileJson,
    fc.record({ message, deliveryAttempt: hostileJson, subscription: hostileJson }, { requiredKeys: [] }),
  );
  await fc.assert(fc.asyncProperty(body, acknowledged), { numRuns: 1_000 });
});

test('messages of any shape are acknowledged, and what is kept of them the broker takes', async () => {
  const text = fc.oneof(
    spoilt(right).map((value) => JSON.stringify(value)),
    hostileJson.map((value) => JSON.stringify(value)),
    mangled(encodeWork({ kind: 'sync', calendar: alice, cause: 'replay', force: true })),
    hostileText,
  );
  await fc.assert(
    fc.asyncProperty(text, fc.dictionary(hostileText, hostileText), (content, attributes) =>
      acknowledged(envelope(content, { attributes })),
    ),
    { numRuns: 1_000 },
  );
  for (const letter of letters) {
    for (const [name, value] of Object.entries(deadLetterAttributes(letter))) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(256);
      expect(Buffer.byteLength(value)).toBeLessThanOrEqual(1_024);
    }
    expect(letter.reason.length).toBeLessThan(200);
  }
  expect(letters.length).toBeGreaterThan(100);
  expect(world.lines.filter(({ line }) => line === 'failure')).toEqual([]);
});
