/** confsync status: one screen that says whether somebody has to do something, and what of it could not be seen. */
import type { Given, Help, Report } from '../cli/command.ts';
import { EXIT, type ExitCode } from '../cli/exit-codes.ts';
import { noParameters } from '../cli/given.ts';
import type { Paint } from '../cli/paint.ts';
import { placeText, viewPlace } from '../cli/places.ts';
import { type Cell, list } from '../cli/table.ts';
import { lengthText, momentText } from '../cli/times.ts';
import { lookAtDatabase } from '../doctor/check-database.ts';
import type { Finding } from '../doctor/finding.ts';
import {
  type Backlog,
  type Freshness,
  type JobFacts,
  mapped,
  type Notifications,
  type OpsServices,
  type Reading,
} from '../ports.ts';
import { type Failing, gatherStatus, type StatusFacts } from '../status/gather-status.ts';
import { type Concern, inARow, judgeStatus } from '../status/judge-status.ts';
import { whatIsMissing } from '../status/unknown.ts';

export const help: Help = {
  path: ['status'],
  summary: 'how everything is, on one screen',
  more: 'The first line says which installation it is. Ends with 3 if something calls for a person, and says what to type next;\nwith 4 if nothing does and not everything could be seen. "Healthy" is said only where all of it was seen.',
  examples: [
    ['confsync status', 'the first thing to type when the alarm goes'],
    ['confsync status --json', 'the same for a program'],
  ],
};

export function parse(given: Given): null {
  noParameters(given);
  return null;
}

type Verdict = 'healthy' | 'unhealthy' | 'unknown';

const EXITS: Readonly<Record<Verdict, ExitCode>> = {
  healthy: EXIT.fine,
  unhealthy: EXIT.unhealthy,
  unknown: EXIT.unknown,
};

export async function run(services: OpsServices): Promise<Report> {
  const [facts, database] = await Promise.all([gatherStatus(services), lookAtDatabase(services)]);
  const concerns = [...ofDatabase(database), ...judgeStatus(facts)];
  const rows = rowsOf(facts, services.clock.now());
  const notKnown = rows.flatMap(([what, reading]) =>
    reading.kind === 'known' ? [] : [{ what, why: reading.kind === 'absent' ? 'it does not exist' : reading.why }],
  );
  const verdict = concerns.length > 0 ? 'unhealthy' : notKnown.length > 0 ? 'unknown' : 'healthy';
  const { names } = services;
  return {
    data: { verdict, isHealthy: verdict === 'healthy', lookedAt: viewPlace(names), concerns, notKnown, ...facts },
    text: (paint) => [
      placeText(names),
      '',
      ...list(
        rows.map(([name, reading]) => [name, cellOf(reading)]),
        paint,
      ),
      '',
      ...(isEmpty(facts) ? ['No calendar is registered in this database: is it the one that you mean?'] : []),
      ...verdictLines(concerns, paint),
      ...(verdict === 'healthy' ? [paint('good', 'Healthy.')] : []),
      ...whatIsMissing(notKnown, rows.length, concerns.length === 0, paint),
    ],
    exit: EXITS[verdict],
  };
}

/** Of a database that does not answer most facts are not known, and that is no verdict on them. */
function ofDatabase({ verdict, check, what }: Finding): readonly Concern[] {
  return verdict === 'broken' ? [{ what: `${check}: ${what}`, doThis: 'confsync doctor' }] : [];
}

function isEmpty({ fleet }: StatusFacts): boolean {
  return fleet.kind === 'known' && Object.values(fleet.fact.calendars).every((count) => count === 0);
}

function verdictLines(concerns: readonly Concern[], paint: Paint): readonly string[] {
  return concerns.flatMap(({ what, doThis }) => [`${paint('bad', '!')} ${what}`, `    ${doThis}`]);
}

/** One row for each fact that is judged. */
function rowsOf(facts: StatusFacts, now: number): readonly (readonly [name: string, reading: Reading<string>])[] {
  const { fleet } = facts;
  return [
    ['live lane', mapped(facts.live, backlogText)],
    ['upkeep lane', mapped(facts.upkeep, backlogText)],
    [
      'dead letters',
      mapped(facts.deadLetters, (count) => `${count}${facts.areLettersCounted ? '' : ' can be taken now'}`),
    ],
    [
      'calendars',
      mapped(
        fleet,
        ({ calendars }) =>
          `${calendars.active} active, ${calendars['unsupported-push']} on a timer, ${calendars.paused} paused, ${calendars.disconnected} disconnected, ${calendars.unreachable} unreachable`,
      ),
    ],
    ['postponed calendars', mapped(facts.syncs, failingText)],
    [
      'channels',
      mapped(
        fleet,
        ({ channels }) =>
          `${channels.missing} missing, ${channels.expired} expired, ${channels.withinADay} ending within a day, ${channels.withinThreeDays} within three, ${channels.later} later`,
      ),
    ],
    ['notifications', mapped(facts.notifications, notificationsText)],
    ['conferences waiting', mapped(fleet, ({ pending }) => String(pending))],
    [
      'failing deliveries',
      mapped(facts.deliveries, (failing) =>
        failing.count === 0 ? '0' : `${failingText(failing)}, for ${lengthText(failing.longestMs)}`,
      ),
    ],
    ['refused changes', mapped(fleet, ({ refused }) => String(refused))],
    [
      'due now',
      mapped(facts.due, ({ count, longestMs }) =>
        longestMs === 0 ? String(count) : `${count}, the longest for ${lengthText(longestMs)}`,
      ),
    ],
    ['renewal runs', mapped(facts.job, (job) => jobText(job, now))],
    ['freshness', mapped(facts.freshness, freshnessText)],
  ];
}

function cellOf(reading: Reading<string>): Cell {
  switch (reading.kind) {
    case 'known':
      return reading.fact;
    case 'absent':
      return { tone: 'warning', text: 'not there' };
    case 'unreadable':
      return { tone: 'dull', text: 'not known' };
  }
}

function backlogText({ messages, oldestAgeMs }: Backlog): string {
  return messages === 0 ? 'empty' : `${messages} waiting, the oldest for ${lengthText(oldestAgeMs)}`;
}

function failingText({ count, isAll, attempts, reason }: Failing): string {
  if (count === 0) return '0';
  return `${isAll ? '' : 'more than '}${count}, ${inARow(attempts)} (${reason ?? 'no reason on record'})`;
}

function notificationsText({ taken, refused }: Notifications): string {
  return `${taken} taken, ${refused} refused for a wrong token, of the last hour`;
}

function jobText({ state, lastAttemptAt, lastError }: JobFacts, now: number): string {
  return `${state}, last ${momentText(lastAttemptAt, now)}${lastError === null ? '' : `, failed: ${lastError}`}`;
}

function freshnessText({ p50Ms, p99Ms }: Freshness): string {
  if (p50Ms === null || p99Ms === null) return 'no edit in the last hour';
  return `half within ${lengthText(p50Ms)}, 99 of 100 within ${lengthText(p99Ms)}, of the last hour`;
}
