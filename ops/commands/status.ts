/** confsync status: one screen that says whether somebody has to do something. */
import type { Given, Help, Report } from '../cli/command.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { noParameters } from '../cli/given.ts';
import type { Paint } from '../cli/paint.ts';
import { type Cell, list } from '../cli/table.ts';
import { lengthText, momentText } from '../cli/times.ts';
import type { Backlog, OpsServices, Reading } from '../ports.ts';
import { gatherStatus, type StatusFacts } from '../status/gather-status.ts';
import { type Concern, judgeStatus } from '../status/judge-status.ts';

export const help: Help = {
  path: ['status'],
  summary: 'how everything is, on one screen',
  more: 'Ends with 3 if something calls for a person, and says what to type next.',
  examples: [
    ['confsync status', 'the first thing to type when the alarm goes'],
    ['confsync status --json', 'the same for a program'],
  ],
};

export function parse(given: Given): null {
  noParameters(given);
  return null;
}

export async function run(services: OpsServices): Promise<Report> {
  const facts = await gatherStatus(services);
  const concerns = judgeStatus(facts);
  const now = services.clock.now();
  return {
    data: { isHealthy: concerns.length === 0, concerns, ...facts },
    text: (paint) => linesOf(facts, concerns, now, paint),
    exit: concerns.length === 0 ? EXIT.fine : EXIT.unhealthy,
  };
}

function linesOf(facts: StatusFacts, concerns: readonly Concern[], now: number, paint: Paint): string[] {
  const { calendars, channels, job, freshness } = facts;
  const rows: [string, Cell][] = [
    ['live lane', shown(facts.live, backlogText)],
    ['upkeep lane', shown(facts.upkeep, backlogText)],
    ['dead letters', shown(facts.deadLetters, String)],
    [
      'calendars',
      `${calendars.active} active, ${calendars['unsupported-push']} on a timer, ${calendars.paused} paused, ${calendars.disconnected} disconnected, ${calendars.unreachable} unreachable`,
    ],
    [
      'channels',
      `${channels.missing} missing, ${channels.expired} expired, ${channels.withinADay} end within a day, ${channels.withinThreeDays} within three, ${channels.later} later`,
    ],
    ['refused changes', facts.failures],
    ['due now', facts.due === 0 ? '0' : `${facts.due}, the longest for ${lengthText(facts.longestOverdueMs)}`],
    [
      'renewal runs',
      shown(
        job,
        ({ state, lastAttemptAt, lastError }) =>
          `${state}, last ${momentText(lastAttemptAt, now)}${lastError === null ? '' : `, failed: ${lastError}`}`,
      ),
    ],
    [
      'freshness',
      shown(
        freshness,
        ({ p50Ms, p99Ms }) =>
          `half within ${lengthText(p50Ms)}, 99 of 100 within ${lengthText(p99Ms)}, of the last hour`,
      ),
    ],
    ['conferences waiting', `${facts.pending}, ${facts.failing} of them after a failed delivery`],
  ];
  const verdict =
    concerns.length === 0
      ? [paint('good', 'Healthy.')]
      : concerns.flatMap(({ what, doThis }) => [`${paint('bad', '!')} ${what}`, `    ${doThis}`]);
  return [...list(rows, paint), '', ...verdict];
}

function backlogText({ messages, oldestAgeMs }: Backlog): string {
  return messages === 0 ? 'empty' : `${messages} waiting, the oldest for ${lengthText(oldestAgeMs)}`;
}

function shown<Fact>(reading: Reading<Fact>, text: (fact: Fact) => string): Cell {
  switch (reading.kind) {
    case 'known':
      return text(reading.fact);
    case 'absent':
      return { tone: 'warning', text: 'not there' };
    case 'unreadable':
      return { tone: 'dull', text: `not known: ${reading.why}` };
  }
}
