/** confsync over the sandbox as `npm start -- --emulators` starts it. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPubSub } from '../../shared/adapters/pubsub/open-client.ts';
import { StartedSandbox } from '../e2e/started-sandbox.ts';
import { describeWithEmulators } from '../emulators.ts';
import { buildConfsync } from './build-confsync.ts';

describeWithEmulators('confsync over the sandbox', ['firestore', 'pubsub'], (hosts) => {
  let program: string;
  let sandbox: StartedSandbox;
  let operating: Record<string, string>;

  beforeAll(async () => {
    program = await buildConfsync();
    sandbox = await StartedSandbox.start(['--emulators'], {
      FIRESTORE_EMULATOR_HOST: hosts.firestore,
      PUBSUB_EMULATOR_HOST: hosts.pubsub,
    });
    const line = sandbox.output.split('\n').find((one) => one.includes('FIRESTORE_EMULATOR_HOST='));
    operating = Object.fromEntries(
      [...(line ?? '').matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
  }, 150_000);

  afterAll(async () => {
    await sandbox?.stop();
  }, 60_000);

  function confsync(...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const options = { env: { ...process.env, ...operating }, encoding: 'utf8', timeout: 60_000 } as const;
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else reject(error);
      });
    });
  }

  test('doctor finds nothing broken', async () => {
    let looked = await confsync('doctor');
    // Emulators that have just been started can take longer than the time of one fact.
    for (let more = 0; more < 4 && /no answer|not answer/.test(looked.stdout); more++)
      looked = await confsync('doctor');
    const { code, stdout, stderr } = looked;
    expect(stderr).toBe('');
    expect(stdout).toMatch(/ 0 broken, /);
    expect(stdout).toMatch(/well +push endpoint of the live lane: http:.* answers\n/);
    expect([0, 4]).toContain(code);
  }, 150_000);

  test('dead letters are listed while the console shows them too', async () => {
    const pubsub = openPubSub({
      projectId: operating.GOOGLE_CLOUD_PROJECT,
      apiEndpoint: operating.PUBSUB_EMULATOR_HOST,
    });
    const topic = pubsub.topic(operating.WORK_TOPIC ?? '');
    const ids: string[] = [];
    try {
      for (const data of ['poison', 'more poison']) {
        await topic.publishMessage({ data: Buffer.from(data), attributes: { lane: 'live' } });
      }
      for (let tries = 0; tries < 60 && ids.length < 2; tries++) {
        await sleep(1_000);
        const { body } = await sandbox.call(0, 'GET', '/console/state');
        ids.splice(0, ids.length, ...Object(body).trouble.deadLetters.map((letter: { id: string }) => letter.id));
      }
    } finally {
      await pubsub.close();
    }
    expect(ids).toHaveLength(2);
    const { stdout, stderr } = await confsync('dead-letters', 'list', '--json');
    expect(stderr).toBe('');
    const listed: { deadLetters: readonly { id: string }[] } = JSON.parse(stdout);
    expect(listed.deadLetters.map(({ id }) => id).sort()).toEqual([...ids].sort());
  }, 150_000);
});
