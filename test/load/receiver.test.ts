/**
 * The built receiver under a burst while its broker is well, gone, silent, and well again: what it acknowledges to Google the broker
 * has taken, all else is 503, and the waiting costs neither more memory than its instance has nor its CPU.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, PubSub, Subscription } from '@google-cloud/pubsub';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPubSub } from '../../shared/adapters/pubsub/open-client.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { channelIdFor, signChannel } from '../../shared/domain/notification/channel.ts';
import { DeployedFunction } from '../deployed/deployed-function.ts';
import { type InstalledArchive, installArchive } from '../deployed/install-archive.ts';
import { describeWithEmulators, newProjectId } from '../emulators.ts';
import { SwitchableProxy } from '../switchable-proxy.ts';

const KEY = 'the channel token key of the burst';
const TOPIC = 'burst-work';
const BURST = 600;
const AT_ONCE = 300;
/** The client gives up after three seconds and half of one more; the rest is for a busy machine. */
const ANSWER_MS_MAX = 15_000;
/** It is 2 where V8 collects its garbage as it should, and was 21 where it collected without a pause. */
const CPU_MS_PER_REFUSAL_MAX = 8;

describeWithEmulators('the receiver under a burst', ['pubsub'], ({ pubsub }) => {
  const accepted = new Set<string>();
  const taken = new Set<string>();
  const missing = (): readonly string[] => [...accepted].filter((channel) => !taken.has(channel));
  const silentSockets = new Set<Socket>();
  let sent = 0;
  let client: PubSub;
  let subscription: Subscription;
  let proxy: SwitchableProxy;
  let silent: Server;
  let archive: InstalledArchive;
  let receiver: DeployedFunction;

  beforeAll(async () => {
    const projectId = newProjectId();
    client = openPubSub({ projectId, apiEndpoint: pubsub });
    await client.createTopic(TOPIC);
    [subscription] = await client.topic(TOPIC).createSubscription('burst');
    subscription.on('message', (message: Message) => {
      taken.add(JSON.parse(message.data.toString('utf8')).channel.id);
      message.ack();
    });
    subscription.on('error', () => undefined);
    proxy = await SwitchableProxy.start(pubsub);
    silent = createServer((socket) => silentSockets.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    archive = await installArchive();
    receiver = await DeployedFunction.start({
      archive,
      deployment: 'receive-notification',
      env: {
        GOOGLE_CLOUD_PROJECT: projectId,
        PUBSUB_EMULATOR_HOST: proxy.host,
        WORK_TOPIC: TOPIC,
        CHANNEL_TOKEN_KEYS: KEY,
        CONFERENCE_SOLUTION_NAMES: 'My Web Conference',
      },
    });
  }, 90_000);

  afterAll(async () => {
    await receiver?.kill();
    await proxy?.close();
    for (const socket of silentSockets) socket.destroy();
    silent?.close();
    await subscription?.close();
    await client?.close();
    await archive?.remove();
  }, 30_000);

  /** One notification through a channel of its own; returns the status and how long it took. */
  async function notify(): Promise<readonly [status: number, ms: number]> {
    const channel = channelIdFor(calendarKeyOf('alice@example.com'), `n${++sent}`);
    const before = performance.now();
    const answer = await fetch(receiver.url, {
      method: 'POST',
      headers: {
        'x-goog-channel-id': channel,
        'x-goog-channel-token': signChannel(channel, [KEY]),
        'x-goog-resource-id': 'resource',
        'x-goog-resource-state': 'exists',
      },
    });
    await answer.arrayBuffer();
    if (answer.status === 204) accepted.add(channel);
    return [answer.status, performance.now() - before];
  }

  /** The statuses of a burst. */
  async function burst(): Promise<readonly number[]> {
    const statuses: number[] = [];
    const lane = async (): Promise<void> => {
      while (statuses.length + AT_ONCE <= BURST) {
        const [status, ms] = await notify();
        statuses.push(status);
        expect(ms).toBeLessThan(ANSWER_MS_MAX);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return statuses;
  }

  test('takes everything while the broker is well', async () => {
    expect(new Set(await burst())).toEqual(new Set([204]));
  }, 60_000);

  test('asks Google to come again while the broker is gone, or there and silent, within its memory and without much computing', async () => {
    const before = (await receiver.cpuSeconds()) ?? 0;
    proxy.setCut(true);
    expect(new Set(await burst())).toEqual(new Set([503]));
    // A server that listens on a port has an address of this kind.
    const { port } = silent.address() as AddressInfo;
    proxy.setCut(false);
    proxy.retarget(`127.0.0.1:${port}`);
    expect(new Set(await burst())).toEqual(new Set([503]));
    const cpuMs = (((await receiver.cpuSeconds()) ?? 0) - before) * 1_000;
    expect(cpuMs / (2 * BURST)).toBeLessThan(CPU_MS_PER_REFUSAL_MAX);
    expect(receiver.peakMemory ?? 0).toBeLessThan(receiver.memoryBytes);
  }, 120_000);

  test('takes notifications again when the broker is back, and has acknowledged nothing that the broker did not take', async () => {
    proxy.retarget(pubsub);
    for (let status = 503, end = Date.now() + 30_000; status !== 204 && Date.now() < end; ) [status] = await notify();
    expect(new Set(await burst())).toEqual(new Set([204]));
    for (const end = Date.now() + 20_000; Date.now() < end && missing().length > 0; ) await sleep(100);
    expect(missing()).toEqual([]);
    process.stdout.write(
      `load: receiver: ${sent} notifications, ${accepted.size} acknowledged, all of them taken by the broker\n`,
    );
  }, 90_000);
});
