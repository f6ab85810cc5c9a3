/** confsync connections list: who has connected his calendar, and whose consent is gone. */
import { viewConnection } from '../../functions/manage/views.ts';
import type { ConnectionRecord } from '../../shared/domain/connection/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { choiceFlag, countFlag, noParameters } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { type Cell, table } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import type { OpsServices } from '../ports.ts';
import { scanConnections } from '../records/scan.ts';

const STATES = ['connected', 'disconnected'] as const;

export const help: Help = {
  path: ['connections', 'list'],
  summary: 'users who have connected their calendars',
  flags: {
    state: { value: 'STATE', help: `only these: ${STATES.join(', ')}`, choices: STATES },
    limit: { value: 'N', help: 'stop after so many users were looked at (default 200)' },
  },
  examples: [
    ['confsync connections list', 'the first 200'],
    ['confsync connections list --state disconnected --limit 10000', 'whose consent is gone, and why'],
  ],
};

interface Options {
  readonly state: (typeof STATES)[number] | undefined;
  readonly limit: number;
}

export function parse(given: Given): Options {
  noParameters(given);
  return { state: choiceFlag(given, 'state', STATES), limit: countFlag(given, 'limit', 200) };
}

export async function run({ store, clock }: OpsServices, { state, limit }: Options, screen: Screen): Promise<Report> {
  const scanned = await scanConnections(store, limit, (count) => screen.progress('Reading connections', count, null));
  const found = scanned.found.filter((connection) => state === undefined || connection.state.kind === state);
  const { isAll } = scanned;
  const now = clock.now();
  return {
    data: { connections: found.map((connection) => viewConnection(connection)), isAll },
    text: (paint) => [
      ...table(
        ['USER', 'STATE', 'SINCE', 'ENDS', 'REASON'],
        found.map((connection) => [
          connection.subject,
          stateCell(connection),
          momentText(sinceOf(connection), now),
          momentText(endOf(connection), now),
          reasonOf(connection),
        ]),
        paint,
        state === undefined ? 'Nobody has connected a calendar.' : `Nobody is ${state}.`,
      ),
      ...(found.length === 0 && isAll
        ? []
        : ['', `${counted(found.length, 'user')}${isAll ? '' : '; there are more (--limit)'}`]),
    ],
  };
}

/** The state as a cell of a table. */
export function stateCell({ state }: ConnectionRecord): Cell {
  return { tone: state.kind === 'connected' ? 'good' : 'bad', text: state.kind };
}

/** Since when it is as it is, in Unix milliseconds. */
export function sinceOf({ state }: ConnectionRecord): number {
  return state.kind === 'connected' ? state.connectedAt : state.at;
}

/** When Google ends the consent by itself; null for never. */
export function endOf({ state }: ConnectionRecord): number | null {
  return state.kind === 'connected' ? state.endsAt : null;
}

/** Why the consent is gone. */
export function reasonOf({ state }: ConnectionRecord): string {
  return state.kind === 'connected' ? '-' : state.reason;
}
