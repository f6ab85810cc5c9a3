/**
 * What `gcp-build` runs while the image is made, with the Node that later serves: receiver and worker, whose cold starts somebody waits
 * for, answer one request each for which they ask nobody, and what V8 has made of the bundle by then is kept.
 * https://docs.cloud.google.com/docs/buildpacks/nodejs
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadBundle } from './load-bundle.ts';

const FRAMEWORK = '@google-cloud/functions-framework';
const ANSWER_MS = 30_000;

/** Stand-ins for what a deployment is told: nothing of it is kept. */
const SETTINGS = {
  FUNCTION_TARGET: 'syncCalendar',
  NODE_ENV: 'production',
  GOOGLE_CLOUD_PROJECT: 'no-project',
  CHANNEL_TOKEN_KEYS: 'the key of no channel, for the code cache',
  RECEIVER_URL: 'https://receiver.invalid',
  CONFERENCE_SOLUTION_NAMES: 'none',
  CONFERENCE_WEBHOOK_URL: 'https://conference.invalid',
  CONFERENCE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
};

/** A forged notification and a push that is none. */
const REQUESTS = { receiveNotification: '', syncCalendar: '{}' };

/**
 * Writes the cache of the bundle in the folder, which is an absolute path with the framework installed in it. It ends the process, never
 * with a failure: without a cache everything is as it is, only slower.
 */
export async function fillCodeCache(folder: string): Promise<never> {
  try {
    Object.assign(process.env, SETTINGS);
    const bundle = loadBundle(folder);
    const require = createRequire(join(folder, 'package.json'));
    for (const [name, body] of Object.entries(REQUESTS)) {
      require(FRAMEWORK).http(name, Reflect.get(Object(bundle.exports), name));
      const server: Server = require(`${FRAMEWORK}/testing`).getTestServer(name);
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error(`${name} listens nowhere`);
      await fetch(`http://127.0.0.1:${address.port}/`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    }
    process.stdout.write(`The lines above answer two trial requests. Code cache: ${bundle.save()} bytes\n`);
  } catch (error) {
    process.stdout.write(`no code cache: ${error}\n`);
  }
  process.exit(0);
}
