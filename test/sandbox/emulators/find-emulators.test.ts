import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findEmulators } from '../../../sandbox/emulators/find-emulators.ts';
import { startEmulators } from '../../../sandbox/emulators/start-emulators.ts';
import { writeZip } from '../../../scripts/write-zip.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulators-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A Google Cloud SDK with empty jars and a Java that only knows its version. */
async function fakeMachine(version: string): Promise<NodeJS.ProcessEnv> {
  const platform = join(folder, 'sdk', 'platform');
  await mkdir(join(platform, 'cloud-firestore-emulator'), { recursive: true });
  await mkdir(join(platform, 'pubsub-emulator', 'lib'), { recursive: true });
  await writeFile(join(platform, 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar'), '');
  await writeFile(join(platform, 'pubsub-emulator', 'lib', 'cloud-pubsub-emulator-0.8.20-all.jar'), '');
  await mkdir(join(folder, 'java', 'bin'), { recursive: true });
  const java = join(folder, 'java', 'bin', 'java');
  await writeFile(
    java,
    `#!/bin/sh\nif [ "$1" = -version ]; then echo 'openjdk version "${version}" 2025' >&2; exit 0; fi\necho cannot run; exit 3\n`,
  );
  await chmod(java, 0o755);
  return { PATH: process.env.PATH, CLOUDSDK_ROOT_DIR: join(folder, 'sdk'), JAVA_HOME: join(folder, 'java') };
}

describe('emulators', () => {
  test('that the environment names are taken as running, whatever else there is', async () => {
    const env = { FIRESTORE_EMULATOR_HOST: '127.0.0.1:1', PUBSUB_EMULATOR_HOST: '127.0.0.1:2' };
    expect(await findEmulators(env)).toEqual({
      firestore: { kind: 'running', host: '127.0.0.1:1' },
      pubsub: { kind: 'running', host: '127.0.0.1:2' },
    });
  });

  test('of the Google Cloud SDK are found with the Java that runs them', async () => {
    const env = await fakeMachine('17.0.15');
    const java = join(folder, 'java', 'bin', 'java');
    const platform = join(folder, 'sdk', 'platform');
    expect(await findEmulators(env)).toEqual({
      firestore: { kind: 'jar', java, jar: join(platform, 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar') },
      pubsub: {
        kind: 'jar',
        java,
        jar: join(platform, 'pubsub-emulator', 'lib', 'cloud-pubsub-emulator-0.8.20-all.jar'),
      },
    });
  });

  test.each(['1.8.0_402', '10.0.2'])('are absent where Java is %s, and say so', async (version) => {
    const { firestore } = await findEmulators(await fakeMachine(version));
    expect(firestore).toEqual({
      kind: 'absent',
      reason: expect.stringMatching(/^Java (8|10) is too old; the Firestore emulator needs Java 11 or later$/),
    });
  });

  test.each([
    ['17.0.15', { kind: 'absent', reason: 'Java 17 is too old; the Firestore emulator needs Java 21 or later' }],
    ['21.0.1', expect.objectContaining({ kind: 'jar' })],
  ])('that were compiled for Java 21 are looked at with Java %s', async (version, finding) => {
    const env = await fakeMachine(version);
    const name = 'com/google/cloud/datastore/emulator/firestore/CloudFirestore.class';
    // Class files of version 65 are those of Java 21.
    const content = Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65]);
    const jar = join(folder, 'sdk', 'platform', 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar');
    writeZip(jar, [{ name, content }]);
    expect((await findEmulators(env)).firestore).toEqual(finding);
  });

  test('are absent where there is no Java, and say so', async () => {
    const env = { ...(await fakeMachine('17')), JAVA_HOME: join(folder, 'nowhere') };
    expect((await findEmulators(env)).pubsub).toEqual({
      kind: 'absent',
      reason: 'no Java; the Pub/Sub emulator needs Java 11 or later',
    });
  });

  test('that end while they start are reported with what they said', async () => {
    const found = await findEmulators(await fakeMachine('17'));
    await expect(startEmulators({ which: ['pubsub'], found })).rejects.toThrow(
      'the Pub/Sub emulator ended while starting:\ncannot run',
    );
  });

  test('that are asked for and absent are named in the error', async () => {
    const found = await findEmulators(await fakeMachine('9'));
    await expect(startEmulators({ which: ['firestore'], found })).rejects.toThrow(
      'the Firestore emulator is not there: Java 9 is too old; the Firestore emulator needs Java 11 or later',
    );
  });
});
