/** confsync replay: asks again for everything that was asked for since a moment, once for each calendar. */
import type { CalendarKey } from '../../shared/domain/ids.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { UsageError } from '../cli/errors.ts';
import { namedCalendar, noParameters, textFlag } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { lengthText, readSince, timestamp } from '../cli/times.ts';
import { unchanged } from '../cli/unchanged.ts';
import { reduceWork } from '../messages/reduce-work.ts';
import type { OpsServices } from '../ports.ts';
import { lookFor } from '../status/look.ts';

export const help: Help = {
  path: ['replay'],
  summary: 'ask again for everything since a moment, once per calendar',
  flags: {
    since: { value: 'TIME', help: 'how long ago, such as 2h, or a moment such as 2027-01-20T03:00:00Z' },
    calendar: { value: 'CALENDAR', help: 'only this calendar' },
  },
  more: 'Reads what the work topic still retains; the live subscriptions are never touched. Each calendar is synced once, behind the\nedits that people make now. May be repeated. Where you may not make a subscription, one that is shared is read: nobody else\nshould replay at the same time.',
  examples: [
    ['confsync replay --since 2h --dry-run', 'how many calendars would it be'],
    ['confsync replay --since 2h', 'a bad deployment ran for two hours'],
    ['confsync replay --since 2027-01-20T03:00:00Z --calendar alice@example.com', 'her calendar only'],
  ],
  isChanging: true,
};

interface Options {
  readonly since: number;
  readonly calendar: CalendarKey | null;
}

export function parse(given: Given): Options {
  noParameters(given, 'calendar');
  const since = textFlag(given, 'since');
  if (since === undefined) throw new UsageError('since when?', 'write --since 2h');
  const calendarId = textFlag(given, 'calendar');
  return {
    since: readSince(since, given.now),
    calendar: calendarId === undefined ? null : namedCalendar(calendarId).key,
  };
}

export async function run(services: OpsServices, { since, calendar }: Options, screen: Screen): Promise<Report> {
  screen.note(`Reading what was published since ${timestamp(since)}; this takes a minute or two.`);
  const kept = await keptText(services, since);
  if (kept !== null) screen.note(kept);
  const published = await services.topic.publishedSince(since, (count) => screen.progress('Messages', count, null));
  const { sharedSubscription } = published;
  if (sharedSubscription !== null) screen.note(sharedText(sharedSubscription));
  const { calendars: asked, messages, others, unreadable } = reduceWork(published.messages, calendar);
  const registered: CalendarRecord[] = [];
  for (const key of asked.keys()) {
    const record = await services.store.calendar(key);
    if (record !== undefined) registered.push(record);
  }
  const facts = {
    since: timestamp(since),
    messages,
    others,
    unreadable,
    notRegistered: asked.size - registered.length,
    calendars: registered.map(({ calendarId }) => calendarId),
  };
  const told = `${counted(messages, 'message')} came down to ${counted(registered.length, 'calendar')} (asking for other work, which is on record and comes by itself: ${others}; not readable: ${unreadable}; calendars not registered: ${facts.notRegistered})`;
  screen.note(told);
  const plan = `sync ${counted(registered.length, 'calendar')} once more`;
  const consent = await screen.agree(plan, registered.length);
  if (consent !== 'go') return unchanged(consent, plan, facts);
  for (const [index, { key }] of registered.entries()) {
    await services.queue.publish({ kind: 'sync', calendar: key, cause: 'replay', force: true }, 'upkeep');
    screen.progress('Asking', index + 1, registered.length);
  }
  return {
    data: { ...facts, isDone: true },
    text: () => [
      `${counted(registered.length, 'calendar')} asked to sync once more. Watch the upkeep lane go down: confsync status`,
    ],
  };
}

/** Pub/Sub shares the messages of a subscription out among all who read it, and nobody can see that it did. */
function sharedText(subscription: string): string {
  return `Read through ${subscription}, which whoever replays shares: if somebody else did so just now, some of it is missing. Then type it again.`;
}

/** What is said of a time that goes back further than the topic; null where it does not, or where that cannot be seen. */
async function keptText({ installation, names, clock }: OpsServices, since: number): Promise<string | null> {
  const topic = await lookFor(() => installation.topic(names.workTopic));
  if (topic.kind !== 'known') return null;
  const { retentionMs } = topic.fact;
  if (retentionMs !== null && clock.now() - since <= retentionMs) return null;
  const kept =
    retentionMs === null ? 'keeps nothing that was worked on' : `keeps the last ${lengthText(retentionMs)} only`;
  return `The topic ${kept} (redelivery.retention_days of the module). For what is older: confsync sync --all`;
}
