/** The conformance test of receivers: green on sound ones, and on each broken one red at its rule, with the sentence that says what it means. */
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { plain } from '../../../ops/cli/paint.ts';
import * as webhookTest from '../../../ops/commands/webhook-test.ts';
import { conferenceListener } from '../../../sandbox/conference/serve-conferences.ts';
import { SimulatedConferences } from '../../../sandbox/conference/simulated-conferences.ts';
import { listen, type Served } from '../../listen.ts';
import { failuresAt } from '../../receiver/failures-at.ts';
import { fakeScreen } from '../fake-services.ts';
import { type Defect, SECRET, startReceiver } from './breakable-receiver.ts';

const served: Served[] = [];
afterEach(async () => {
  for (const { close } of served.splice(0)) await close();
});

async function broken(defect?: Defect) {
  const receiver = await startReceiver(defect);
  served.push(receiver);
  return failuresAt(receiver.url, SECRET, `${receiver.url}/{conferenceId}`, 2_000);
}

test('a receiver that keeps every rule passes', async () => {
  expect(await broken()).toEqual({ failures: [], answers: 0 });
});

test('the conference system of the sandbox passes', async () => {
  const listener = conferenceListener(new SimulatedConferences({ secrets: [SECRET], now: Date.now }));
  const server = await listen(createServer((request, response) => void listener(request, response)));
  served.push(server);
  const root = `${server.url}/conference`;
  expect(await failuresAt(`${root}/webhook`, SECRET, `${root}/conferences/{conferenceId}`)).toEqual({
    failures: [],
    answers: 0,
  });
});

describe('a receiver that', () => {
  test.each<[Defect, string, RegExp, RegExp]>([
    ['applies what is not signed', 'a forged signature', /^answered 204 to a delivery/, /Anyone .* can cancel every/],
    ['knows no age', 'an old signature', /^answered 204 to a delivery/, /send it again for ever/],
    ['takes the first signature alone', 'a second signature', /^answered 401$/, /the key is being changed/],
    ['signs what it parsed', 'the raw bytes', /^answered 401$/, /emoji or an umlaut/],
    ['knows no revision', 'an older revision', /^keeps the conference as "cancelled"/, /puts a meeting back/],
    ['refuses repetitions', 'a repetition', /^answered 409$/, /counts as refused/],
    [
      'never revives',
      'updated after cancelled',
      /^keeps the conference as "cancelled" instead of "active"/,
      /stays shut/,
    ],
    ['forgets occurrences when the series moves', 'a series moves', /^has forgotten the occurrence/, /come back/],
    [
      'cancels the series with its occurrence',
      'the four changes',
      /^keeps the conference as "cancelled"/,
      /do not follow/,
    ],
    ['compares originalStart as text', 'one occurrence, written twice', /^keeps .* 2 times$/, /opens all the same/],
    ['refuses unknown fields', 'fields it does not know', /^answered 400$/, /stops everything/],
    ['refuses unknown words', 'fields it does not know', /^answered 400$/, /stops everything/],
    ['refuses unknown types', 'a type it does not know', /^answered 400$/, /fills the list of failures/],
    ['has room for 100 kB', 'the largest body', /^answered 413$/, /many guests/],
    ['answers one at a time', '50 at once', /^\d+ of 50: no answer within 2000 ms$/, /After every outage/],
    ['dies of a hang-up', 'a sender that hangs up', /^connection failed/, /ends the receiver for everybody/],
    ['knows occurrences by a time alone', 'occurrences of whole days', /^answered 500$/, /all-day series are lost/],
    [
      'calls what is not signed with its key a bad request',
      'an old signature',
      /^answered 400, in place of 401, after which it comes again$/,
      /once seen/,
    ],
    ['answers with a page', 'the four changes', /^answered HTML instead of JSON/, /do not follow/],
  ])('%s fails', async (defect, name, happened, means) => {
    const { failures } = await broken(defect);
    expect(failures).toContainEqual({
      name,
      happened: expect.stringMatching(happened),
      means: expect.stringMatching(means),
    });
  });
});

test('without a way to ask what is kept, the answers are judged and the rest is said not to be', async () => {
  const receiver = await startReceiver('knows no revision');
  served.push(receiver);
  const { failures, answers } = await failuresAt(receiver.url, SECRET, null);
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(10);
});

test.each([
  ['a redirect', 302, /^no receiver is at .*: it answered a redirect \(status 302\)$/],
  ['a bare 404', 404, /^no receiver is at .*: it answered 404 without JSON$/],
  ['a page', 200, /^no receiver is at .*: it answered HTML instead of JSON \(status 200\)$/],
])('%s for whatever is sent there is told in one sentence', async (_, status, words) => {
  const server = await listen(
    createServer((request, response) => {
      request.resume();
      response.writeHead(status).end(status === 200 ? '<html>' : '');
    }),
  );
  served.push(server);
  const options = webhookTest.parse({ parameters: [server.url], flags: { secret: SECRET }, now: Date.now() });
  await expect(webhookTest.run(options, fakeScreen().screen)).rejects.toThrow(words);
});

test('a wrong secret is told in one sentence, and not once for each check', async () => {
  const receiver = await startReceiver();
  served.push(receiver);
  const options = webhookTest.parse({
    parameters: [receiver.url],
    flags: { secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}` },
    now: Date.now(),
  });
  const report = await webhookTest.run(options, fakeScreen().screen);
  const text = report.text(plain).join('\n');
  expect(text).toContain('Every signed delivery was answered 401: the receiver verifies with another key');
  expect(text).not.toContain('What it means');
});
