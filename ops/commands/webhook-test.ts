/** confsync webhook test: plays against a receiver what production will, and says which rules it keeps. */
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { CommandFailed, UsageError } from '../cli/errors.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { onlyParameters, textFlag } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { type Cell, table } from '../cli/table.ts';
import type { Check } from '../webhook/check.ts';
import { checksOf } from '../webhook/checks.ts';
import { openEndpoint } from '../webhook/open-endpoint.ts';
import { type Endpoint, playCheck, type Verdict } from '../webhook/play-check.ts';
import { RECEIVER_FLAGS, type ReceiverChoice, readReceiver, secretOf } from '../webhook/receiver-choice.ts';

const READ_BACK_EXAMPLE = 'such as http://localhost:3000/conferences/{conferenceId}';

export const help: Help = {
  path: ['webhook', 'test'],
  summary: 'play against a receiver what production will',
  parameters: 'URL',
  flags: {
    ...RECEIVER_FLAGS,
    'read-back': {
      value: 'ADDRESS',
      help: 'where the receiver says what it keeps of a conference, with {conferenceId} in it',
    },
  },
  more:
    'Works with receivers in any language. Without --read-back only the answers are judged. It makes conferences named confsync-test-...:\n' +
    'use a receiver that may have them. docs/webhook.md says what a receiver must do.',
  examples: [
    [
      'confsync webhook test http://localhost:3000/hooks --secret whsec_c2VjcmV0 --read-back http://localhost:3000/conferences/{conferenceId}',
      'all of it',
    ],
    ['confsync webhook test http://localhost:3000/hooks --json', 'in CI, with the secret in CONFERENCE_WEBHOOK_SECRET'],
  ],
};

interface Options extends ReceiverChoice {
  readonly readBack: string | null;
  readonly now: number;
}

export function parse(given: Given): Options {
  onlyParameters(given.parameters, 1);
  const readBack = textFlag(given, 'read-back') ?? null;
  if (readBack !== null && !(URL.canParse(readBack) && readBack.includes('{conferenceId}'))) {
    throw new UsageError('--read-back is no address with {conferenceId} in it', READ_BACK_EXAMPLE);
  }
  return { ...readReceiver(given), readBack, now: given.now };
}

interface Played {
  readonly check: Check;
  readonly verdict: Verdict;
}

export async function run({ url, secret, readBack, now }: Options, screen: Screen): Promise<Report> {
  const checks = checksOf({ name: now.toString(36), now });
  const endpoint = openEndpoint({ url, secret: secretOf(secret), readBack });
  try {
    await refuseStrangers(endpoint, url);
    const played: Played[] = [];
    for (const check of checks) {
      screen.progress('Testing', played.length, checks.length);
      played.push({ check, verdict: await playCheck(check, endpoint) });
    }
    return reportOf(played);
  } finally {
    endpoint.close();
  }
}

/** Twenty failures for one wrong address would help nobody. */
async function refuseStrangers(endpoint: Endpoint, url: URL): Promise<void> {
  const { outcome, status } = await endpoint.send({ id: 'msg_confsync-test', body: '{}', signing: 'unsigned' });
  if (outcome.kind !== 'transient') return;
  const advice = 'Start the receiver, or correct the address.';
  if (status === null) throw new CommandFailed(`nobody answers at ${url.href}: ${outcome.reason}`, advice);
  // Of other answers, one that a receiver gives to this message alone may be among them.
  if (status < 400 || status === 404 || status === 405)
    throw new CommandFailed(`no receiver is at ${url.href}: it ${outcome.reason}`, advice);
}

function reportOf(played: readonly Played[]): Report {
  const of = (kind: Verdict['kind']): number => played.filter(({ verdict }) => verdict.kind === kind).length;
  const failed = of('failed');
  const counts = { passed: of('passed'), answers: of('answers'), failed };
  return {
    data: {
      ...counts,
      checks: played.map(({ check: { name, rule, means, see }, verdict }) => ({ name, rule, means, see, ...verdict })),
    },
    text: (paint) => [
      ...table(
        ['CHECK', 'RESULT', 'RULE'],
        played.map(({ check, verdict }) => [check.name, RESULTS[verdict.kind], check.rule]),
        paint,
        '',
      ),
      ...(isKeyRefused(played)
        ? ['', 'Every signed delivery was answered 401: the receiver verifies with another key than --secret gives.']
        : played.flatMap(({ check, verdict }) =>
            verdict.kind === 'failed' ? explained(check, verdict.happened) : [],
          )),
      '',
      `${counts.passed} passed, ${failed} failed${counts.answers === 0 ? '' : `, ${counted(counts.answers, 'check')} judged by answers alone: give --read-back to judge what is kept`}.`,
    ],
    exit: failed === 0 ? EXIT.fine : EXIT.unhealthy,
  };
}

/** Whether most checks failed, all of them for the key: one sentence tells more than a paragraph for each. */
function isKeyRefused(played: readonly Played[]): boolean {
  const failures = played.flatMap(({ verdict }) => (verdict.kind === 'failed' ? [verdict.happened] : []));
  return failures.length > played.length / 2 && failures.every((happened) => happened.endsWith('answered 401'));
}

const RESULTS: Readonly<Record<Verdict['kind'], Cell>> = {
  passed: { tone: 'good', text: 'passed' },
  answers: { tone: 'good', text: 'answers' },
  failed: { tone: 'bad', text: 'FAILED' },
};

function explained({ name, means, see }: Check, happened: string): readonly string[] {
  return ['', `${name}: the receiver ${happened}.`, `  What it means: ${means}`, `  See: ${see}`];
}
