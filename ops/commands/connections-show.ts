/** confsync connections show: one user's consent, his calendars, and what to do about his trouble. */
import { viewCalendar, viewConnection } from '../../functions/manage/views.ts';
import type { ConnectionRecord } from '../../shared/domain/connection/records.ts';
import type { LossReason } from '../../shared/domain/disconnect-reasons.ts';
import { knownConnection } from '../../shared/flow/connections/known-connection.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { oneUser } from '../cli/given.ts';
import { list, table } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import type { OpsServices } from '../ports.ts';
import { statusCell } from './calendars-list.ts';
import { endOf, reasonOf, sinceOf, stateCell } from './connections-list.ts';

const CALENDARS_MAX = 1_000;

export const help: Help = {
  path: ['connections', 'show'],
  summary: "one user's consent, and the calendars that hang on it",
  parameters: 'USER',
  examples: [['confsync connections show alice@example.com', 'is her consent good, since when, and for what']],
};

export const parse: (given: Given) => string = oneUser;

export async function run({ store, clock }: OpsServices, user: string): Promise<Report> {
  const connection = await knownConnection(store, user);
  const calendars = await store.calendarsOf(connection.subject, { after: null, limit: CALENDARS_MAX });
  const now = clock.now();
  const next = adviceOn(connection);
  return {
    data: { ...viewConnection(connection), calendars: calendars.map(viewCalendar), advice: next },
    text: (paint) => [
      ...list(
        [
          ['user', connection.subject],
          ['state', stateCell(connection)],
          ['since', momentText(sinceOf(connection), now)],
          ['ends', momentText(endOf(connection), now)],
          ['reason', reasonOf(connection)],
          ['key in logs', connection.key],
          ['OAuth client', connection.clientId],
        ],
        paint,
      ),
      '',
      ...table(
        ['CALENDAR', 'STATUS', 'LAST SYNC'],
        calendars.map((calendar) => [
          calendar.calendarId,
          statusCell(calendar),
          momentText(calendar.lastSyncedAt, now),
        ]),
        paint,
        'None of his calendars is registered.',
      ),
      ...(next === null ? [] : ['', next]),
    ],
  };
}

function adviceOn({ subject, state }: ConnectionRecord): string | null {
  if (state.kind === 'connected') return null;
  const again = `the user has to connect again, by a link of POST /v1/connections/${encodeURIComponent(subject)}/reconnect`;
  return `${CAUSES[state.reason]}: ${again}.`;
}

const CAUSES: Readonly<Record<LossReason, string>> = {
  revoked: 'The user took the consent back, or it lay unused for six months, or the account is gone',
  expired: 'The consent was given for a time, which is over',
  admin_policy: "An administrator of the user's domain does not allow it; once that is mended",
  access_narrowed: 'The consent does not reach to the calendar any more',
};
