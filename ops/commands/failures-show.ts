/** confsync failures show: how one event stands with the conference system, read from its own records; nothing is concluded from lists. */
import { bindingIdOf, calendarKeyOf } from '../../shared/domain/ids.ts';
import type { BindingRecord, ConferenceRecord } from '../../shared/domain/state/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { CommandFailed, UsageError } from '../cli/errors.ts';
import { type Cell, list } from '../cli/table.ts';
import { momentText, timestamp } from '../cli/times.ts';
import { nextText } from '../failures/failure-view.ts';
import { type FailureChoice, whatOf } from '../failures/find-failures.ts';
import type { OpsServices } from '../ports.ts';

export const help: Help = {
  path: ['failures', 'show'],
  summary: 'how one event stands with the conference system',
  parameters: 'CALENDAR EVENT',
  examples: [['confsync failures show alice@example.com 4q3k7tlm0v', 'what was refused of this event, and why']],
};

interface Options {
  readonly calendarId: NonNullable<FailureChoice['calendarId']>;
  readonly eventId: NonNullable<FailureChoice['eventId']>;
}

export function parse({ parameters }: Given): Options {
  const [calendarId, eventId] = parameters;
  if (calendarId === undefined || eventId === undefined || parameters.length > 2) {
    throw new UsageError('this takes a calendar and an event', 'write them as `confsync failures list` shows them');
  }
  return { calendarId, eventId };
}

/** `refused`: not offered again by itself. `retrying`: failed, and tried again. `waiting`: on its way. `told`: nothing is owed. */
type Standing = 'refused' | 'retrying' | 'waiting' | 'told';

interface Shown {
  readonly standing: Standing;
  readonly what: string;
  readonly conferenceId: string;
  readonly reason: string | null;
  /** Unix milliseconds: the last attempt, the first of those that failed in a row, the next. */
  readonly lastAt: number | null;
  readonly since: number | null;
  readonly nextAt: number | null;
  readonly attempts: number;
}

export async function run({ store, clock }: OpsServices, { calendarId, eventId }: Options): Promise<Report> {
  const id = bindingIdOf(eventId);
  const calendar = calendarKeyOf(calendarId);
  const binding = (await store.bindings(calendar, [id])).get(id);
  if (binding === undefined) {
    throw new CommandFailed(
      `no conference of event ${eventId} on ${calendarId} is on record`,
      `Is the calendar registered and synced? See: confsync calendars show ${calendarId}`,
    );
  }
  const conference = await store.conference(binding.conference);
  if (conference === undefined) {
    throw new CommandFailed(
      `the conference of event ${eventId} on ${calendarId} is not on record, or cannot be read`,
      'See docs/runbook.md, section unreadable-records.',
    );
  }
  const shown = shownOf(binding, conference);
  const next = adviceOn(shown.standing, calendarId, eventId);
  const now = clock.now();
  return {
    data: {
      calendarId,
      eventId,
      ...shown,
      lastAt: timestamp(shown.lastAt),
      since: timestamp(shown.since),
      nextAt: timestamp(shown.nextAt),
      next,
    },
    text: (paint) =>
      list([['calendar', calendarId], ['event', eventId], ...entriesOf(shown, now), ['next', next]], paint),
  };
}

function shownOf(binding: BindingRecord, conference: ConferenceRecord): Shown {
  const { conferenceId, cancellation, attempts, failingSince, retryAt } = conference;
  const common = { conferenceId, attempts, since: failingSince, nextAt: retryAt };
  const isRefused = binding.state === 'failed' && binding.pending === null;
  if (isRefused || conference.state === 'failed') {
    const failure = isRefused ? binding.failure : conference.failure;
    const refused = { reason: failure?.reason ?? null, lastAt: failure?.at ?? null, attempts: failure?.count ?? 0 };
    return { ...common, ...refused, standing: 'refused', what: isRefused ? whatOf(binding) : 'cancellation' };
  }
  const owed = binding.pending !== null ? whatOf(binding) : cancellation !== null ? 'cancellation' : null;
  const last = { reason: conference.failure?.reason ?? null, lastAt: conference.failure?.at ?? null };
  if (owed === null) return { ...common, ...last, standing: 'told', what: 'nothing' };
  return { ...common, ...last, standing: attempts > 0 ? 'retrying' : 'waiting', what: owed };
}

const TONES = { refused: 'bad', retrying: 'warning', waiting: 'warning', told: 'good' } as const;

function entriesOf({ standing, what, conferenceId, ...rest }: Shown, now: number): readonly [string, Cell][] {
  const { reason, lastAt, since, nextAt, attempts } = rest;
  return [
    ['conference', conferenceId],
    ['standing', { tone: TONES[standing], text: standing }],
    ['owed', what],
    ['reason', reason === null ? '-' : { tone: 'bad', text: reason }],
    ['last tried', momentText(lastAt, now)],
    ['failing since', momentText(since, now)],
    ['tried', attempts],
    ['next attempt', nextText(nextAt, now)],
  ];
}

function adviceOn(standing: Standing, calendarId: string, eventId: string): string {
  switch (standing) {
    case 'refused':
      return `mend the cause, then: confsync failures retry ${calendarId} ${eventId}`;
    case 'retrying':
      return `it is tried again by itself; to try it now: confsync failures retry ${calendarId} ${eventId} --retrying`;
    case 'waiting':
      return 'it is on its way';
    case 'told':
      return `nothing is owed; to compare everything: confsync sync ${calendarId} --full`;
  }
}
