/**
 * `npm run compare -- --calendar ID --yes [--google URL]`: asks a real calendar and the simulator the same series of requests and prints
 * what differs. Ends with 0 where nothing differs but what explained.ts explains, 1 where something does, 2 where it could not compare.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { start } from '../src/index.ts';
import { type Answer, differencesOf } from './differences.ts';
import { reasonFor } from './explained.ts';
import { FIRST, SERIES } from './series.ts';
import { Side } from './side.ts';

const USAGE = `Usage: npm run compare -- --calendar ID --yes [--google URL]

Asks a real calendar and the simulator the same ${SERIES.length} requests and prints what differs.
It makes a few events in the year 2031 and removes them again, so the calendar has to be
an empty one that you made for this. Nobody is invited to anything.

  --calendar ID   the calendar, such as abc@group.calendar.google.com
  --yes           you know that it writes into that calendar
  --google URL    ask there instead of https://www.googleapis.com

The access token comes from GOOGLE_OAUTH_ACCESS_TOKEN, or else from
gcloud auth application-default print-access-token. It needs the scope
https://www.googleapis.com/auth/calendar.
`;

/** Whose the calendar is in the simulator. */
const OWNER = 'owner@example.com';

/** Why nothing could be compared; the message is for people. */
class CannotCompare extends Error {}

interface Options {
  readonly calendar: string;
  readonly google: string;
}

try {
  process.exitCode = await compare(readOptions());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

function readOptions(): Options {
  const { values } = parseFlags();
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit();
  }
  const { calendar, google, yes } = values;
  if (calendar === undefined || !yes) throw new CannotCompare(USAGE);
  if (!URL.canParse(google)) throw new CannotCompare(`--google has to be an address, not ${google}`);
  return { calendar, google: google.replace(/\/$/, '') };
}

function parseFlags() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        calendar: { type: 'string' },
        google: { type: 'string', default: 'https://www.googleapis.com' },
        yes: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new CannotCompare(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

async function compare({ calendar, google: root }: Options): Promise<number> {
  const google = new Side(root, accessToken(), calendar);
  const { timeZone, summary } = await readCalendar(google);
  const simulator = await start({
    seed: { calendars: [{ id: calendar, owner: OWNER, summary, timeZone }] },
    user: OWNER,
  });
  const ours = new Side(simulator.url, 'any', calendar);
  let [unexplained, explained] = [0, 0];
  try {
    for (const step of SERIES) {
      for (const difference of differencesOf(await google.ask(step), await ours.ask(step))) {
        const reason = reasonFor(step.name, difference);
        if (reason === undefined) unexplained++;
        else explained++;
        const { place, google: there, simulator: here } = difference;
        const word = reason === undefined ? 'differs  ' : 'explained';
        process.stdout.write(
          `${word}  ${step.name}: ${place}: ${there} at Google, ${here} here${reason === undefined ? '' : ` (${reason})`}\n`,
        );
      }
    }
  } finally {
    const left = await google.clean();
    if (left > 0)
      process.stderr.write(`${left} events of March 2031 could not be removed: delete them in the calendar.\n`);
    await simulator.close();
  }
  process.stdout.write(`${SERIES.length} requests: ${unexplained} differences, and ${explained} that are explained\n`);
  return unexplained === 0 ? 0 : 1;
}

/** @throws CannotCompare for a calendar that cannot be read, or is not empty */
async function readCalendar(google: Side): Promise<{ readonly timeZone: string; readonly summary: string }> {
  const { status, body } = await google.ask(FIRST);
  if (status !== 200) throw new CannotCompare(`The calendar cannot be read: ${status} ${reasonOf(body)}.`);
  const any = { name: 'whether it is empty', method: 'GET', path: 'calendars/{calendar}/events?maxResults=1' } as const;
  const { body: listed }: Answer = await google.ask(any);
  const items: unknown = Object(listed).items;
  if (!Array.isArray(items) || items.length > 0)
    throw new CannotCompare(
      'The calendar is not empty. Make one for this: nothing of yours should be read or changed.',
    );
  return { timeZone: String(Object(body).timeZone), summary: String(Object(body).summary) };
}

function reasonOf(body: unknown): string {
  return String(Object(Object(Object(body).error).errors)[0]?.reason ?? 'without a reason');
}

/** @throws CannotCompare where there is none */
function accessToken(): string {
  const given = process.env.GOOGLE_OAUTH_ACCESS_TOKEN ?? '';
  if (given !== '') return given;
  const printed = spawnSync('gcloud', ['auth', 'application-default', 'print-access-token'], { encoding: 'utf8' });
  if (printed.status === 0 && printed.stdout.trim() !== '') return printed.stdout.trim();
  throw new CannotCompare(
    'There is no access token: set GOOGLE_OAUTH_ACCESS_TOKEN, or run gcloud auth application-default login with the scope https://www.googleapis.com/auth/calendar.',
  );
}
