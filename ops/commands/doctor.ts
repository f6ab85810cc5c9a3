/** confsync doctor: looks at everything that the service depends on, and says for each finding what to do. */
import type { Given, Help, Report } from '../cli/command.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { noParameters, textFlag } from '../cli/given.ts';
import type { Paint, Tone } from '../cli/paint.ts';
import type { Screen } from '../cli/screen.ts';
import { counted } from '../cli/unchanged.ts';
import { checkConfiguration, checkGrant, checkReceiver, checkSecrets } from '../doctor/check-access.ts';
import { checkDatabase, checkIndexes, checkTtl } from '../doctor/check-database.ts';
import { checkDeadLetters, checkForwarding, checkLane, checkTopic } from '../doctor/check-queue.ts';
import { checkClock, checkDue, checkJob } from '../doctor/check-schedule.ts';
import { broken, type Finding, type Verdict } from '../doctor/finding.ts';
import type { OpsServices } from '../ports.ts';

export const help: Help = {
  path: ['doctor'],
  summary: 'what is set up wrongly, and what to do about it',
  flags: { subject: { value: 'USER', help: 'the user to try to act as (default: that of a registered calendar)' } },
  more: 'Looks only; changes nothing. Ends with 3 if something is broken. What you may not look at is listed as not checked.\nCONFSYNC_REGION says where the scheduler job is; without it every region is asked.',
  examples: [
    ['confsync doctor', 'after a deployment, and when nothing else explains it'],
    ['confsync doctor --subject alice@example.com', 'does the delegation cover her'],
  ],
};

interface Options {
  readonly subject: string | undefined;
}

export function parse(given: Given): Options {
  noParameters(given);
  return { subject: textFlag(given, 'subject') };
}

export async function run(services: OpsServices, { subject }: Options, screen: Screen): Promise<Report> {
  const checks: readonly (readonly [string, () => readonly Finding[] | Promise<readonly Finding[]>])[] = [
    ['configuration', () => checkConfiguration(services)],
    ['topic', () => checkTopic(services)],
    ['live lane', () => checkLane(services, 'live')],
    ['upkeep lane', () => checkLane(services, 'upkeep')],
    ['dead letters', () => checkDeadLetters(services)],
    ['dead-letter forwarding', () => checkForwarding(services)],
    ['scheduler job', () => checkJob(services)],
    ['database', () => checkDatabase(services)],
    ['what is due', () => checkDue(services)],
    ['indexes', () => checkIndexes(services)],
    ['TTL', () => checkTtl(services)],
    ['secrets', () => checkSecrets(services)],
    ['receiver', () => checkReceiver(services)],
    ['acting as a user', () => checkGrant(services, subject)],
    ['clock', () => checkClock(services)],
  ];
  const findings: Finding[] = [];
  for (const [index, [name, check]] of checks.entries()) {
    screen.progress('Checking', index, checks.length);
    findings.push(...(await guarded(name, check)));
  }
  const isBroken = findings.some(({ verdict }) => verdict === 'broken');
  return {
    data: { isHealthy: !isBroken, findings },
    text: (paint) => linesOf(findings, paint),
    exit: isBroken ? EXIT.unhealthy : EXIT.fine,
  };
}

/** One check that fails hides no other. */
async function guarded(
  name: string,
  check: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [
      broken(
        name,
        `it could not be checked: ${text}`,
        'See the database above; else report this with the text before.',
      ),
    ];
  }
}

const MARKS: Readonly<Record<Verdict, readonly [Tone, string]>> = {
  well: ['good', 'well      '],
  warning: ['warning', 'warning   '],
  broken: ['bad', 'broken    '],
  unchecked: ['dull', 'unchecked '],
};

function linesOf(findings: readonly Finding[], paint: Paint): string[] {
  const lines = findings.flatMap(({ check, verdict, what, doThis }) => {
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
