/** confsync doctor: looks at everything that the service depends on, and says for each finding what to do. */
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { noParameters, textFlag } from '../cli/given.ts';
import type { Paint, Tone } from '../cli/paint.ts';
import { placeText, viewPlace } from '../cli/places.ts';
import type { Screen } from '../cli/screen.ts';
import { checkConfiguration, checkGrant, checkReceiver, checkSecrets } from '../doctor/check-access.ts';
import { checkClock, checkStamps } from '../doctor/check-clocks.ts';
import { checkDatabase, checkIndexes, checkTtl, silentDatabase } from '../doctor/check-database.ts';
import {
  checkChannelKey,
  checkFunctions,
  checkInvokers,
  checkKeyVersions,
  checkWebhookKey,
} from '../doctor/check-functions.ts';
import { checkDeadLetters, checkForwarding, checkLane, checkTopic } from '../doctor/check-queue.ts';
import { checkDue, checkJob } from '../doctor/check-schedule.ts';
import { type Finding, unchecked, type Verdict } from '../doctor/finding.ts';
import type { OpsServices } from '../ports.ts';
import { NO_ANSWER, unlessSilent, whyOf } from '../status/look.ts';

export const help: Help = {
  path: ['doctor'],
  summary: 'what is set up wrongly, and what to do about it',
  flags: { subject: { value: 'USER', help: 'the user to try to act as (default: that of a registered calendar)' } },
  more: 'Looks only; changes nothing. Ends with 3 if something is broken, and with 4 if nothing is and not everything could be checked.\nThe region is that of the scheduler job; without it every region is asked.',
  examples: [
    ['confsync doctor', 'after a deployment, and when nothing else explains it'],
    ['confsync doctor --subject alice@example.com', 'does the delegation cover her'],
  ],
};

interface Options {
  readonly subject: string | undefined;
}

export function parse(given: Given): Options {
  noParameters(given, 'subject');
  return { subject: textFlag(given, 'subject') };
}

/** One thing to look at, and what is said where it stays silent. */
interface Check {
  readonly name: string;
  readonly look: () => readonly Finding[] | Promise<readonly Finding[]>;
  readonly whenSilent: Finding;
}

function checksOf(services: OpsServices, subject: string | undefined): readonly Check[] {
  const check = (name: string, look: Check['look'], whenSilent?: Finding): Check => ({
    name,
    look,
    whenSilent: whenSilent ?? unchecked(name, NO_ANSWER),
  });
  return [
    check('configuration', () => checkConfiguration(services)),
    check('functions', () => checkFunctions(services)),
    check('keys of the functions', () => checkKeyVersions(services)),
    check('who may call the functions', () => checkInvokers(services)),
    check('topic', () => checkTopic(services)),
    check('live lane', () => checkLane(services, 'live')),
    check('upkeep lane', () => checkLane(services, 'upkeep')),
    check('dead letters', () => checkDeadLetters(services)),
    check('dead-letter forwarding', () => checkForwarding(services)),
    check('scheduler job', () => checkJob(services)),
    check('database', async () => [await checkDatabase(services)], silentDatabase(services)),
    check('what is due', () => checkDue(services)),
    check('indexes', () => checkIndexes(services)),
    check('TTL', () => checkTtl(services)),
    check('secrets', () => checkSecrets(services)),
    check('receiver', () => checkReceiver(services)),
    check('channel key', () => checkChannelKey(services)),
    check('webhook key', () => checkWebhookKey(services)),
    check('acting as a user', () => checkGrant(services, subject)),
    check('clock of this machine', () => checkClock(services)),
    check('clocks of workers and database', () => checkStamps(services)),
  ];
}

export async function run(services: OpsServices, { subject }: Options, screen: Screen): Promise<Report> {
  const checks = checksOf(services, subject);
  let done = 0;
  const looked = await Promise.all(
    checks.map(async (check) => {
      const found = await guarded(check);
      screen.progress('Checking', ++done, checks.length);
      return found;
    }),
  );
  const findings = looked.flat();
  const has = (verdict: Verdict): boolean => findings.some((finding) => finding.verdict === verdict);
  const { names } = services;
  return {
    data: {
      verdict: has('broken') ? 'unhealthy' : has('unchecked') ? 'unknown' : 'healthy',
      isHealthy: !has('broken') && !has('unchecked'),
      lookedAt: viewPlace(names),
      findings,
    },
    text: (paint) => [placeText(names), '', ...linesOf(findings, paint)],
    exit: has('broken') ? EXIT.unhealthy : has('unchecked') ? EXIT.unknown : EXIT.fine,
  };
}

/** One check that fails or stays silent hides no other. */
async function guarded({ name, look, whenSilent }: Check): Promise<readonly Finding[]> {
  try {
    return await unlessSilent<readonly Finding[]>(async () => look(), [whenSilent]);
  } catch (error) {
    return [unchecked(name, `it could not be checked: ${whyOf(error)}`)];
  }
}

const MARKS: Readonly<Record<Verdict, readonly [Tone, string]>> = {
  well: ['good', 'well      '],
  warning: ['warning', 'warning   '],
  broken: ['bad', 'broken    '],
  unchecked: ['dull', 'unchecked '],
};

/** What has to be mended comes first, and what could not be looked at last. */
const ORDER: readonly Verdict[] = ['broken', 'warning', 'well', 'unchecked'];

function linesOf(findings: readonly Finding[], paint: Paint): string[] {
  const ordered = ORDER.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict));
  const lines = groupUnchecked(ordered).flatMap(({ check, verdict, what, doThis }) => {
    const [tone, mark] = MARKS[verdict];
    return [`${paint(tone, mark)} ${check}: ${what}`, ...(doThis === '' ? [] : [`            ${doThis}`])];
  });
  const count = (verdict: Verdict): number => findings.filter((finding) => finding.verdict === verdict).length;
  return [
    ...lines,
    '',
    `${counted(findings.length, 'finding')}: ${count('broken')} broken, ${count('warning')} to mind, ${count('unchecked')} not checked.`,
  ];
}

/** What could not be looked at for one and the same reason is told once. */
function groupUnchecked(findings: readonly Finding[]): readonly Finding[] {
  const told: Finding[] = [];
  for (const finding of findings) {
    const { check, verdict, what, doThis } = finding;
    const at = told.findIndex((one) => one.verdict === verdict && one.what === what && one.doThis === doThis);
    const alike = told[at];
    if (verdict !== 'unchecked' || alike === undefined) told.push(finding);
    else if (!alike.check.split(', ').includes(check)) told[at] = { ...alike, check: `${alike.check}, ${check}` };
  }
  return told;
}
