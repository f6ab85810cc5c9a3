/**
 * The one door that is open to everybody: the built receiver in a process of its own, and people who mean ill. No answer, log line,
 * broker call or memory of it may be theirs to choose.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { channelIdFor, signChannel } from '../../shared/domain/notification/channel.ts';
import { DeployedFunction } from '../deployed/deployed-function.ts';
import { type InstalledArchive, installArchive } from '../deployed/install-archive.ts';
import { hostileText, mangled } from './hostile.ts';
import { open, requestText, sendRaw } from './raw-request.ts';
import { tally } from './tally.ts';

const KEYS = ['the newest channel token key', 'the older channel token key'] as const;
const CHANNEL = channelIdFor(calendarKeyOf('alice@example.com'), 'abc123');
const TOKEN = signChannel(CHANNEL, [...KEYS]);
const MEGABYTE = 1024 * 1024;
/** Node with the receiver loaded needs about 90. */
const PEAK_BYTES_MAX = 200 * MEGABYTE;

const inputs = tally('receiver');
let archive: InstalledArchive;
let receiver: DeployedFunction;
let broker: Server;
let brokerCalls = 0;

beforeAll(async () => {
  broker = createServer((socket) => {
    brokerCalls++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(broker, 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = broker.address() as AddressInfo;
  archive = await installArchive();
  receiver = await DeployedFunction.start({
    archive,
    deployment: 'receive-notification',
    env: {
      GOOGLE_CLOUD_PROJECT: 'test',
      PUBSUB_EMULATOR_HOST: `127.0.0.1:${port}`,
      CHANNEL_TOKEN_KEYS: KEYS.join(','),
      CONFERENCE_SOLUTION_NAMES: 'My Web Conference',
    },
  });
}, 60_000);

afterAll(async () => {
  await receiver?.kill();
  broker?.close();
  await archive?.remove();
});

/** Sends, and holds what came back against what every stranger gets: a bare refusal. */
async function refused(bytes: Buffer, mayBeCut = false): Promise<void> {
  inputs.count();
  const answer = await sendRaw(receiver.port, bytes);
  // Who still sends when the connection is closed may never read the answer.
  if (mayBeCut && answer.status === 0) return;
  expect([400, 403, 404, 405, 408, 413, 414, 415, 431, 501]).toContain(answer.status);
  expect(answer.body).toBe('');
  expect(receiver.isAlive).toBe(true);
}

function notification(changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    'X-Goog-Channel-ID': CHANNEL,
    'X-Goog-Channel-Token': TOKEN,
    'X-Goog-Resource-ID': 'resource',
    'X-Goog-Resource-State': 'exists',
    ...changes,
  };
}

describe('a stranger', () => {
  const printable = /^[\t\x20-\x7e\x80-\xff]*$/;
  const headerValue = hostileText.filter((text) => printable.test(text));
  const target = hostileText
    .map((text) => `/${text.replace(/[^\x21-\x7e]/g, '')}`)
    .filter((text) => text.length < 8_000);
  const contentType = fc.constantFrom(
    'application/json',
    'application/cloudevents+json',
    'application/x-www-form-urlencoded',
    'text/plain; charset=nonsense',
    'text/plain',
    'multipart/form-data; boundary=x',
    'image/png',
    ';;;',
  );
  const encoding = fc.constantFrom('identity', 'gzip', 'br', 'deflate', 'nonsense');

  test('is refused without a word, whatever headers, path and body are tried', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'),
        target,
        fc.record(
          {
            'Content-Type': contentType,
            'Content-Encoding': encoding,
            Cookie: headerValue,
            Traceparent: headerValue,
            'X-Forwarded-For': headerValue,
          },
          { requiredKeys: [] },
        ),
        fc.record(
          {
            'X-Goog-Channel-ID': headerValue,
            'X-Goog-Channel-Token': headerValue,
            'X-Goog-Resource-State': headerValue,
          },
          { requiredKeys: [] },
        ),
        hostileText,
        (method, path, common, google, body) =>
          refused(requestText(method, path, { ...common, ...google }, Buffer.from(body))),
      ),
      { numRuns: 300 },
    );
  });

  test('is refused with any mangled, truncated or swapped token', async () => {
    const other = channelIdFor(calendarKeyOf('bob@example.com'), 'abc123');
    const token = fc.oneof(
      mangled(TOKEN).filter((text) => text.trim() !== TOKEN && printable.test(text)),
      fc.constantFrom(
        '',
        TOKEN.toLowerCase(),
        `${TOKEN}=`,
        `${TOKEN},${TOKEN}`,
        `Bearer ${TOKEN}`,
        signChannel(other, [...KEYS]),
        signChannel(CHANNEL, ['']),
        signChannel(CHANNEL, ['a key of somebody else']),
        signChannel(CHANNEL.slice(0, -1), [...KEYS]),
      ),
    );
    await fc.assert(
      fc.asyncProperty(token, (text) =>
        refused(requestText('POST', '/', notification({ 'X-Goog-Channel-Token': text }))),
      ),
      { numRuns: 150 },
    );
    for (const id of [other, `${CHANNEL}0`, CHANNEL.slice(0, -1), ` ${CHANNEL}x`, CHANNEL.toUpperCase()]) {
      await refused(requestText('POST', '/', notification({ 'X-Goog-Channel-ID': id })));
    }
  });

  test('is refused for broken JSON, encodings and addresses without learning where the code lies', async () => {
    const json = { 'Content-Type': 'application/json' };
    await refused(requestText('POST', '/', json, Buffer.from('{bad')));
    await refused(requestText('POST', '/%ff%', {}));
    await refused(requestText('POST', '/', { 'Content-Type': 'text/plain; charset=nonsense' }, Buffer.from('x')));
    await refused(requestText('POST', '/', { 'Content-Encoding': 'nonsense' }, Buffer.from('x')));
    await refused(requestText('POST', 'http://[bad/', {}));
    await refused(
      Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    );
    await refused(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nX: a\nX-Goog-Channel-ID: b\0\r\n\r\n'));
    await refused(Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`));
  });

  test('has cost no call of the broker so far, and nothing but our own lines stand in the log', () => {
    expect(brokerCalls).toBe(0);
    const lines = receiver.output.split('\n').filter((line) => line !== '');
    const strange = lines
      .filter((line) => !/^(Serving function|Function: |Signature type: |URL: )/.test(line))
      .filter((line) => {
        try {
          const { line: name, outcome } = JSON.parse(line);
          return name !== 'notification' || outcome !== 'refused';
        } catch {
          return true;
        }
      });
    expect(strange.slice(0, 3)).toEqual([]);
  });
});

describe('whoever sends much, or slowly', () => {
  test('does not fill the memory with a long body', async () => {
    inputs.count();
    const socket = await open(receiver.port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n');
    const piece = Buffer.from(`100000\r\n${'x'.repeat(MEGABYTE)}\r\n`);
    for (let sent = 0; sent < 300 && !socket.destroyed; sent++) {
      if (!socket.write(piece))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
    }
    socket.destroy();
    await refused(requestText('POST', '/', { 'Content-Type': 'text/plain' }, Buffer.alloc(MEGABYTE)), true);
    expect(receiver.peakMemory ?? 0).toBeLessThan(PEAK_BYTES_MAX);
  });

  test('does not fill the memory with a short body that unfolds to a long one', async () => {
    const bomb = gzipSync(Buffer.alloc(60 * MEGABYTE));
    expect(bomb.length).toBeLessThan(64 * 1_024);
    const headers = { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' };
    await Promise.all(Array.from({ length: 10 }, () => refused(requestText('POST', '/', headers, bomb), true)));
    expect(receiver.peakMemory ?? 0).toBeLessThan(PEAK_BYTES_MAX);
  });

  test('keeps nobody else waiting with five hundred requests that never end', async () => {
    const sockets = await Promise.all(Array.from({ length: 500 }, () => open(receiver.port)));
    sockets.forEach((socket, index) => {
      inputs.count();
      socket.write(
        index % 2 === 0
          ? 'POST / HTTP/1.1\r\nHost: a\r\nX-Goog-Chan'
          : 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx',
      );
    });
    const before = performance.now();
    await refused(requestText('POST', '/', {}));
    expect(performance.now() - before).toBeLessThan(2_000);
    for (const socket of sockets) socket.destroy();
  });

  test('and Google itself is still heard, and told to come again where the broker is away', async () => {
    const answer = await sendRaw(receiver.port, requestText('POST', '/', notification()));
    expect([answer.status, answer.body]).toEqual([503, '']);
    expect(brokerCalls).toBeGreaterThan(0);
  });
});
