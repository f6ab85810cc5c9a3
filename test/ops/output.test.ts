/** What the commands find and do over the embedded store, as people and as programs see it. */
import { describe, expect, test } from '@jest/globals';
import { CommandFailed } from '../../ops/cli/errors.ts';
import { EXIT } from '../../ops/cli/exit-codes.ts';
import { coloured, plain } from '../../ops/cli/paint.ts';
import * as calendarsList from '../../ops/commands/calendars-list.ts';
import * as calendarsPause from '../../ops/commands/calendars-pause.ts';
import * as calendarsRemove from '../../ops/commands/calendars-remove.ts';
import * as calendarsShow from '../../ops/commands/calendars-show.ts';
import * as channelsList from '../../ops/commands/channels-list.ts';
import * as channelsRenew from '../../ops/commands/channels-renew.ts';
import * as deadLettersDrop from '../../ops/commands/dead-letters-drop.ts';
import * as deadLettersList from '../../ops/commands/dead-letters-list.ts';
import * as deadLettersReplay from '../../ops/commands/dead-letters-replay.ts';
import * as deadLettersShow from '../../ops/commands/dead-letters-show.ts';
import * as failuresList from '../../ops/commands/failures-list.ts';
import * as failuresRetry from '../../ops/commands/failures-retry.ts';
import * as failuresShow from '../../ops/commands/failures-show.ts';
import * as replay from '../../ops/commands/replay.ts';
import * as status from '../../ops/commands/status.ts';
import * as sync from '../../ops/commands/sync.ts';
import type { KeptMessage } from '../../ops/ports.ts';
import { NOT_EMULATED } from '../../ops/status/unknown.ts';
import { StoreUnavailable } from '../../shared/domain/errors.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { encodeWork } from '../../shared/domain/notification/work-message.ts';
import { newConference } from '../../shared/domain/state/new-record.ts';
import {
  ALICE,
  ALICES,
  BOB,
  BOBS,
  cancelledOccurrence,
  exception,
  meeting,
  NOW,
  occurrenceId,
  organizedBy,
  ours,
  series,
  tombstone,
} from '../domain/build.ts';
import { absent, type Bench, bench, known, silentStore } from './fake-services.ts';
import { runCommand as run } from './run-command.ts';

/** Alice has a conference, Bob has none. */
async function settled(): Promise<Bench> {
  const made = bench();
  made.world.put(ALICE, meeting('e1', ours('c1')));
  await made.world.register(ALICE);
  await made.world.register(BOB);
  return made;
}

/** The conference system has refused Alice's change. */
async function refused(): Promise<Bench> {
  const made = bench();
  made.world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  made.world.put(ALICE, meeting('e1', ours('c1')));
  await made.world.register(ALICE);
  return made;
}

function letter(id: string, data: string, attributes: Record<string, string> = {}): KeptMessage {
  return { id, data, attributes, publishedAt: NOW - 60_000 };
}

const SYNC = encodeWork({ kind: 'sync', calendar: ALICES, cause: 'notification' });

describe('calendars', () => {
  test('are listed in aligned columns under a header', async () => {
    const { lines, data } = await run(calendarsList, await settled());
    expect(lines[0]).toMatch(/^CALENDAR +STATUS +LAST SYNC +NEXT +CHANNEL ENDS +FAILURE$/);
    expect(lines).toContainEqual(expect.stringMatching(/^alice@example\.com +active +\S+ ago +in .+ in .+ -$/));
    const column = lines[0]?.indexOf('STATUS') ?? 0;
    for (const line of lines.slice(1, 3)) expect(line.slice(column)).toMatch(/^active/);
    expect(lines.at(-1)).toBe('2 calendars');
    expect(data).toMatchObject({
      isAll: true,
      calendars: expect.arrayContaining([expect.objectContaining({ calendarId: ALICE })]),
    });
  });

  test('beyond the limit are said to be there', async () => {
    const { lines, data } = await run(calendarsList, await settled(), { flags: { limit: '1' } });
    expect(lines.at(-1)).toBe('1 calendar; there are more (--limit)');
    expect(data).toMatchObject({ isAll: false });
  });

  test('have colour only where it is asked for, and then say the same', async () => {
    const { report } = await run(calendarsList, await settled());
    const painted = report.text(coloured).join('\n');
    expect(painted).toContain('\u001B[32m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
    expect(painted.replaceAll(/\u001B\[\d+m/g, '')).toBe(report.text(plain).join('\n'));
  });

  test('that cannot be read are not said to be none', async () => {
    const unreadable = new Set(['calendars/k1']);
    const { lines } = await run(calendarsList, bench({}, { unreadable }));
    expect(lines).toEqual(['No calendar that can be read; 1 record cannot be.']);
  });

  test('are shown with what to do about their trouble', async () => {
    const made = await settled();
    await run(calendarsPause, made, { words: [ALICE] });
    const { lines, data } = await run(calendarsShow, made, { words: [ALICE] });
    expect(lines).toContain('status       paused');
    expect(lines.at(-1)).toBe(`Paused by a person. Go on with: confsync calendars resume ${ALICE}`);
    expect(data).toMatchObject({ calendarId: ALICE, bindings: { live: 1, isAll: true } });
    expect(JSON.stringify(data)).not.toMatch(/syncToken"|hashKey/);
  });

  test('are removed only after a question that says how many bindings go with them', async () => {
    const made = await settled();
    const declined = await run(calendarsRemove, made, { words: [ALICE], answer: 'n' });
    expect(declined.asked).toEqual([`This will forget 1 calendar, ${ALICE}, with 1 binding. Go on? [y/N] `]);
    expect(declined).toMatchObject({ exit: EXIT.failed, lines: ['Nothing was changed.'] });
    expect(await made.services.store.calendar(ALICES)).toBeDefined();
    const removed = await run(calendarsRemove, made, { words: [ALICE] });
    expect(removed.lines[0]).toContain('No conference was cancelled');
    expect(await made.services.store.calendar(ALICES)).toBeUndefined();
  });

  test('that are not registered are refused', async () => {
    await expect(run(calendarsShow, await settled(), { words: ['nobody@example.com'] })).rejects.toThrow(
      'no such calendar',
    );
  });

  test('are sent again only after a question with the number of changes', async () => {
    const made = await settled();
    const tried = await run(sync, made, { words: [ALICE], flags: { resend: true }, mode: { isDryRun: true } });
    expect(tried.lines).toEqual([
      `Would send 1 change of 1 calendar, ${ALICE}, to the conference system again. Nothing was changed.`,
    ]);
    const told = made.world.told.length;
    await run(sync, made, { words: [ALICE], flags: { resend: true } });
    await made.world.work();
    expect(made.world.told).toHaveLength(told + 1);
  });

  test('cannot be changed where nobody can be asked and nobody has agreed', async () => {
    const made = await settled();
    const silent = run(calendarsPause, made, { words: [ALICE], answer: null });
    await expect(silent).rejects.toThrow('this would stop all work for 1 calendar');
    await run(calendarsPause, made, { words: [ALICE], answer: null, mode: { isAgreed: true } });
    expect(await made.services.store.calendar(ALICES)).toMatchObject({ status: 'paused' });
  });
});

describe('channels', () => {
  test('are listed by the time left, the missing ones first', async () => {
    const made = await settled();
    const bob = await made.world.calendar(BOB);
    await made.services.store.transact(async (tx) => tx.putCalendar({ ...bob, channel: null }));
    const { lines } = await run(channelsList, made);
    expect(lines[1]).toMatch(/^bob@example\.com +no channel +- +-$/);
    expect(lines[2]).toMatch(/^alice@example\.com +in /);
    const urgent = await run(channelsList, made, { flags: { within: '1h' } });
    expect(urgent.lines.slice(1)).toEqual([expect.stringMatching(/^bob/), '', '1 channel']);
  });

  test('are opened anew by the next run, each with a sync behind it', async () => {
    const made = await settled();
    const before = (await made.world.calendar(ALICE)).channel?.id;
    const { lines } = await run(channelsRenew, made, { words: [ALICE] });
    expect(lines).toEqual([expect.stringMatching(/^A new channel for 1 calendar is due: renew-channels opens it/)]);
    expect((await made.world.calendar(ALICE)).channel?.id).toBe(before);
    await made.world.renew();
    expect((await made.world.calendar(ALICE)).channel?.id).not.toBe(before);
    expect(made.world.lastLine('sync')).toMatchObject({ calendar: ALICES, cause: 'reconcile' });
  });
});

describe('failures', () => {
  test('are listed with their calendar, event, conference and reason', async () => {
    const { lines, data } = await run(failuresList, await refused());
    expect(lines[1]).toMatch(/^alice@example\.com +e1 +c1 +update +.* ago +answered 422$/);
    expect(data).toMatchObject({
      failures: [{ calendarId: ALICE, eventId: 'e1', conferenceId: 'c1', reason: 'answered 422', count: 1 }],
    });
    const made = await refused();
    await made.world.register(BOB);
    expect((await run(failuresList, made, { flags: { calendar: BOB } })).lines).toEqual(['Nothing was refused.']);
  });

  test('are told apart: an event, a changed occurrence, a cancelled one, a conference', async () => {
    const made = bench();
    const { world } = made;
    world.put(ALICE, series('s', ours('c1')));
    world.put(ALICE, meeting('e1', ours('c2')));
    await world.register(ALICE);
    world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
    world.put(ALICE, series('s', ours('c1'), { summary: 'Renamed', etag: '"2"' }));
    world.put(ALICE, exception('s', 3, ours('c1')));
    world.put(ALICE, cancelledOccurrence('s', 4));
    world.put(ALICE, tombstone('e1'));
    await world.notify(ALICE);
    await world.work();
    await world.clock.runTo(world.clock.now() + 120_000);
    await world.renew();
    const { data } = await run(failuresList, made);
    expect(
      Object(data)
        .failures.map(({ what, eventId }: { what: string; eventId: string }) => [eventId, what])
        .sort(),
    ).toEqual([
      ['e1', 'cancellation'],
      ['s', 'update'],
      [occurrenceId('s', 3), 'occurrence update'],
      [occurrenceId('s', 4), 'occurrence cancellation'],
    ]);
  });

  test('are shown one by one, and refused where there is none', async () => {
    const made = await refused();
    const { lines, data } = await run(failuresShow, made, { words: [ALICE, 'e1'] });
    expect(lines).toContain('reason         answered 422');
    expect(lines).toContain(`next           mend the cause, then: confsync failures retry ${ALICE} e1`);
    expect(data).toMatchObject({ standing: 'refused', what: 'update', reason: 'answered 422', attempts: 1 });
    await expect(run(failuresShow, made, { words: [ALICE, 'e2'] })).rejects.toThrow(
      'no conference of event e2 on alice@example.com is on record',
    );
  });

  test('are retried after a question with their number', async () => {
    const made = await refused();
    made.world.answer = () => ({ kind: 'done' });
    const { asked, lines } = await run(failuresRetry, made, { flags: { all: true } });
    expect(asked).toEqual(['This will offer 1 refused change to the conference system again. Go on? [y/N] ']);
    expect(lines[0]).toContain('1 change on the way again');
    await made.world.work();
    expect((await run(failuresList, made)).lines).toEqual(['Nothing was refused.']);
    expect((await run(failuresRetry, made, { flags: { all: true } })).lines).toEqual(['Nothing to do.']);
  });
});

describe('dead letters', () => {
  const lying = async (): Promise<Bench> => {
    const made = await settled();
    made.letters.letters = [
      letter('1', SYNC, {
        lane: 'live',
        deadLetterReason: 'failed 10 times: TypeError',
        deadLetterAttempt: '10',
        deadLetterMessageId: '77',
      }),
      letter('2', 'poison\u001B[2J', { deadLetterReason: 'work message: not JSON' }),
      letter('3', encodeWork({ kind: 'sync', calendar: calendarKeyOf('gone@example.com'), cause: 'reconcile' }), {
        CloudPubSubDeadLetterSourceDeliveryCount: '20',
      }),
    ];
    return made;
  };

  test('are listed with why they lie there', async () => {
    const { lines, data } = await run(deadLettersList, await lying());
    expect(lines[1]).toMatch(/^1 +1m ago +alice@example\.com +notification +10 +failed 10 times: TypeError$/);
    expect(lines[2]).toMatch(/^2 +1m ago +- +- +- +work message: not JSON$/);
    expect(lines[3]).toMatch(/^3 +1m ago +\(not registered\) +reconcile +20 +not acknowledged in 20 deliveries$/);
    expect(data).toMatchObject({
      deadLetters: [{ calendarId: ALICE, isReadable: true }, { isReadable: false }, { calendarId: null }],
    });
  });

  test.each([
    [known({ messages: 0, oldestAgeMs: 0 }), /^There are no dead letters\.$/],
    [
      known({ messages: 2, oldestAgeMs: 9 }),
      /^No dead letter can be taken now\. The metric, .*, counts 2\. Whoever looks/,
    ],
    [absent, /^No dead letter can be taken now\. If you expect any: whoever looks at some holds them meanwhile/],
  ])('are not said to be none where others may hold them: %#', async (backlog, said) => {
    const made = bench({ backlog: async () => backlog });
    expect((await run(deadLettersList, made)).lines).toEqual([expect.stringMatching(said)]);
    for (const command of [deadLettersReplay, deadLettersDrop]) {
      const { written, lines } = await run(command, made, { flags: { all: true } });
      expect(written.join('').trimEnd()).toMatch(said);
      expect(lines).toEqual(['Nothing to do.']);
    }
  });

  test('are said to be fewer than the metric counts', async () => {
    const made = bench({ backlog: async () => known({ messages: 3, oldestAgeMs: 9 }) });
    made.letters.letters = [letter('1', SYNC)];
    const { lines, data } = await run(deadLettersList, made);
    expect(lines.slice(-2)).toEqual([
      '1 dead letter',
      expect.stringMatching(/^The metric, .*, counts 3\. Whoever looks/),
    ]);
    expect(data).toMatchObject({ metric: 3 });
  });

  test('are shown in full, with nothing that could move the cursor', async () => {
    const { lines } = await run(deadLettersShow, await lying(), { words: ['2'] });
    expect(lines.join('\n')).toMatch(/data +poison \[2J/);
    expect(lines.at(-1)).toMatch(/^next +this version cannot read it/);
  });

  test('are sent again with their own attributes, in a lane that somebody listens to', async () => {
    const made = await lying();
    const { asked, lines } = await run(deadLettersReplay, made, { flags: { all: true } });
    expect(asked[0]).toContain('send 3 dead letters again, 1 of them unreadable to this version, which will come back');
    expect(lines[0]).toBe('3 dead letters sent again.');
    expect(made.sent.map(({ attributes }) => attributes)).toEqual([
      { lane: 'live' },
      { lane: 'upkeep' },
      { lane: 'upkeep' },
    ]);
    expect(made.letters.letters).toEqual([]);
  });

  test('are dropped by their IDs or by their calendar', async () => {
    const made = await lying();
    await run(deadLettersDrop, made, { words: ['2'] });
    await run(deadLettersDrop, made, { flags: { calendar: ALICE } });
    expect(made.letters.letters.map(({ id }) => id)).toEqual(['3']);
    await expect(run(deadLettersDrop, made, { words: ['9'] })).rejects.toThrow('there is no dead letter 9');
  });

  test('are more than one command can look at, and dropping says so', async () => {
    const made = await lying();
    const { look } = made.letters;
    made.letters.look = async (limit) => ({ ...(await look.call(made.letters, limit)), isAll: false });
    const { lines } = await run(deadLettersDrop, made, { flags: { all: true } });
    expect(lines).toEqual(['3 dead letters forgotten.', 'There are more: repeat the command.']);
  });
});

describe('replay', () => {
  test('comes down to one forced request for each registered calendar, on the upkeep lane', async () => {
    const made = await settled();
    made.published = [
      ...Array.from({ length: 50 }, (_, index) => letter(`a${index}`, SYNC)),
      letter('b', encodeWork({ kind: 'sync', calendar: BOBS, cause: 'reconcile' })),
      letter('old', SYNC, {}),
      letter('gone', encodeWork({ kind: 'sync', calendar: calendarKeyOf('gone@example.com'), cause: 'reconcile' })),
      letter('proof', encodeWork({ kind: 'channel-proof', calendar: ALICES, channel: { id: 'x', resourceId: 'y' } })),
      letter('poison', '{'),
    ];
    const { asked, data, lines, written } = await run(replay, made, { flags: { since: '2h' } });
    expect(written.join('')).toContain(
      '55 messages came down to 2 calendars (asking for other work, which is on record and comes by itself: 1; not readable: 1; calendars not registered: 1)',
    );
    expect(asked).toEqual(['This will sync 2 calendars once more. Go on? [y/N] ']);
    expect(data).toMatchObject({ messages: 55, others: 1, unreadable: 1, notRegistered: 1, isDone: true });
    expect(lines[0]).toContain('2 calendars asked to sync once more');
    const requests = made.world.queued.map(({ message, lane }) => ({ message, lane }));
    expect(requests).toEqual(
      expect.arrayContaining(
        [ALICES, BOBS].map((calendar) => ({
          message: { kind: 'sync', calendar, cause: 'replay', force: true },
          lane: 'upkeep',
        })),
      ),
    );
    expect(requests).toHaveLength(2);
  });

  test.each([
    ['9d', 7 * 86_400_000, 'The topic keeps the last 7d only'],
    ['1h', null, 'The topic keeps nothing that was worked on'],
    ['6d', 7 * 86_400_000, undefined],
  ])('since %s on a topic that keeps %p ms', async (since, retentionMs, said) => {
    const { written } = await run(replay, bench({ topic: async () => known({ retentionMs }) }), { flags: { since } });
    const remark = written.find((line) => line.startsWith('The topic keeps'));
    expect(remark?.slice(0, said?.length)).toBe(said);
    if (said !== undefined) expect(remark).toContain('For what is older: confsync sync --all\n');
  });

  test('of a time in which nothing was published is nothing to do', async () => {
    expect((await run(replay, await settled(), { flags: { since: '1h' } })).lines).toEqual(['Nothing to do.']);
  });
});

describe('status', () => {
  test('of a sound installation is healthy', async () => {
    const { data, exit, lines } = await run(status, await settled());
    expect(lines[0]).toBe('project p, database (default), topic conference-sync-work, region europe-west1');
    expect(lines.at(-1)).toBe('Healthy.');
    expect(data).toMatchObject({ verdict: 'healthy', isHealthy: true, notKnown: [], lookedAt: { project: 'p' } });
    expect(exit).toBe(EXIT.fine);
  });

  test('names each thing that calls for a person, and what to type next', async () => {
    const made = bench({
      backlog: async (name) =>
        known(name.endsWith('letters') ? { messages: 3, oldestAgeMs: 1 } : { messages: 9, oldestAgeMs: 4_000_000 }),
      job: async () =>
        known({
          region: 'r',
          state: 'paused',
          schedule: '',
          lastAttemptAt: NOW - 900_000,
          lastError: null,
          account: null,
        }),
    });
    made.world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
    made.world.put(ALICE, meeting('e1', ours('c1')));
    await made.world.register(ALICE);
    await made.world.register(BOB);
    const bob = await made.world.calendar(BOB);
    await made.services.store.transact(async (tx) => tx.putCalendar({ ...bob, status: 'disconnected' }));
    const { exit, lines } = await run(status, made);
    const text = lines.join('\n');
    for (const concern of [
      '! the scheduler job is paused\n    confsync doctor',
      '! an edit has waited 1h 6m on the live lane',
      '! a message has waited 1h 6m on the upkeep lane',
      '! 3 dead letters\n    confsync dead-letters list',
      '! 1 calendar disconnected\n    confsync calendars list --status disconnected',
      '! 1 change refused by the conference system\n    confsync failures list',
    ]) {
      expect(text).toContain(concern);
    }
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('says of what it cannot know that it does not know it, and is not healthy then', async () => {
    const unreadable = async () => ({ kind: 'unreadable', why: 'you may not look at it' }) as const;
    const { lines, exit, data } = await run(
      status,
      bench({ backlog: unreadable, job: unreadable, freshness: unreadable }),
    );
    expect(lines).toContain('live lane            not known');
    expect(lines).toContain('dead letters         not known');
    expect(lines.slice(-4)).toEqual([
      'Nothing is wrong with the 8 of 13 that were seen; the others are open.',
      '5 of 13 not known:',
      '  live lane, upkeep lane, dead letters, renewal runs, freshness: you may not look at it',
      'Look closer: confsync doctor',
    ]);
    expect(data).toMatchObject({ verdict: 'unknown', isHealthy: false });
    expect(exit).toBe(EXIT.unknown);
  });

  test('takes no dead letter away to count it, but on emulators, which count none', async () => {
    const made = bench({ backlog: async () => ({ kind: 'unreadable', why: 'an emulator has nothing of the kind' }) });
    made.letters.letters = [letter('1', SYNC)];
    expect((await run(status, made)).lines).toContain('dead letters         not known');
    const names = { ...made.services.names, emulators: ['127.0.0.1:1', '127.0.0.1:2'] as const };
    const services = { ...made.services, names };
    expect((await run(status, { ...made, services })).lines).toContain('dead letters         1 can be taken now');
  });

  test('says both: what is wrong, and what could not be seen', async () => {
    const made = bench({ freshness: async () => ({ kind: 'unreadable', why: 'you may not look at it' }) });
    made.services.installation.backlog = async (name) =>
      known({ messages: name.endsWith('letters') ? 1 : 0, oldestAgeMs: 0 });
    const { lines, exit } = await run(status, made);
    expect(lines).toContain('! 1 dead letter');
    expect(lines.slice(-3)).toEqual([
      '1 of 13 not known, so there may be more:',
      '  freshness: you may not look at it',
      'Look closer: confsync doctor',
    ]);
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('judges deliveries that fail, once they have failed for long', async () => {
    const made = bench();
    made.world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    made.world.put(ALICE, meeting('e1', ours('c1')));
    await made.world.register(ALICE);
    const early = await run(status, made);
    expect(early.lines).toContainEqual(
      expect.stringMatching(/^failing deliveries +1, up to \d+ times in a row \(answered 503\), for /),
    );
    expect(early.lines.at(-1)).toBe('Healthy.');
    await made.world.clock.runTo(made.world.clock.now() + 600_000);
    const late = await run(status, made);
    expect(late.lines.join('\n')).toMatch(
      /! deliveries fail for 1 conference, for 10m 5s now \(answered 503\)\n {4}confsync failures list --retrying/,
    );
    expect(late.exit).toBe(EXIT.unhealthy);
  });

  test('judges records that were met and cannot be read', async () => {
    const { lines, exit } = await run(status, bench({}, { unreadable: new Set(['calendars/k1']) }));
    expect(lines.join('\n')).toContain(
      '! 1 record cannot be read: calendars/k1\n    docs/runbook.md, section unreadable-records',
    );
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('judges calendars that were postponed three times in a row', async () => {
    const made = await settled();
    const alice = await made.world.calendar(ALICE);
    const failing = (count: number) =>
      made.services.store.transact(async (tx) =>
        tx.putCalendar({ ...alice, failure: { reason: 'GoogleUnavailable', at: NOW, count } }),
      );
    await failing(2);
    expect((await run(status, made)).exit).toBe(EXIT.fine);
    await failing(3);
    expect((await run(status, made)).lines.join('\n')).toContain(
      '! 1 calendar postponed, up to 3 times in a row (GoogleUnavailable)\n    confsync calendars list --failing',
    );
  });

  test.each([
    [{ freshness: async () => known({ p50Ms: 900, p99Ms: 31_000 }) }, /! one edit in a hundred took longer than 31s/],
    [
      { notifications: async () => known({ taken: 2, refused: 11 }) },
      /! 11 notifications .* wrong token, 2 taken\n {4}confsync doctor/,
    ],
  ])('judges what only Monitoring knows: %#', async (installation, concern) => {
    const { lines, exit } = await run(status, bench(installation));
    expect(lines.join('\n')).toMatch(concern);
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('shows all other facts where the database does not answer', async () => {
    const made = await settled();
    const { lines, exit } = await run(status, { ...made, services: { ...made.services, store: silentStore(made) } });
    expect(lines).toContain('live lane            empty');
    expect(lines).toContain('7 of 13 not known, so there may be more:');
    expect(lines.at(-2)).toMatch(/^ {2}calendars, postponed calendars, .*: no answer within 4 s$/);
    expect(lines.join('\n')).toContain('! database (default): it does not answer\n    confsync doctor');
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('does not blame a database that whoever asks may not read', async () => {
    const made = bench();
    const refuse = async (): Promise<never> => {
      throw new StoreUnavailable('a query failed', { cause: new Error('7 PERMISSION_DENIED: missing') });
    };
    const store = new Proxy(made.services.store, { get: () => refuse });
    const { lines, exit } = await run(status, { ...made, services: { ...made.services, store } });
    expect(lines.at(-2)).toMatch(/^ {2}calendars, .*: Firestore: 7 PERMISSION_DENIED: missing$/);
    expect(lines.at(-1)).toBe('Look closer: confsync doctor');
    expect(lines.join('\n')).not.toContain('!');
    expect(exit).toBe(EXIT.unknown);
  });

  test('is unhealthy where a part of the installation is not there', async () => {
    const made = bench({
      backlog: async () => ({ kind: 'unreadable', why: 'Monitoring has no points' }),
      subscription: async () => absent,
      job: async () => absent,
    });
    made.letters.look = async () => {
      throw new CommandFailed('subscription conference-sync-work-dead-letters does not exist', 'Check WORK_TOPIC');
    };
    const { lines, exit } = await run(status, made);
    expect(lines.join('\n')).toContain(
      '! not there: the subscription of the live lane, the subscription of the upkeep lane, the subscription of the dead letters, the scheduler job\n    confsync doctor',
    );
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('counts exactly what is due, however much it is, and asks the database little for it', async () => {
    const made = bench();
    const { store } = made.services;
    const dueOf = (id: string, dueAt: number) => ({ ...newConference(id, NOW), retryAt: dueAt, dueAt });
    for (let first = 0; first < 5_000; first += 500) {
      await store.transact(async (tx) => {
        for (let id = first; id < first + 500; id++) tx.putConference(dueOf(`c${id}`, NOW - 1_000 - id));
      });
    }
    const asked: string[] = [];
    let records = 0;
    const watched = new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...question: unknown[]) => {
          asked.push(String(name));
          const answer: unknown = await value.apply(target, question);
          if (String(name).startsWith('due') && Array.isArray(answer)) records += answer.length;
          return answer;
        };
      },
    });
    const { data, lines } = await run(status, { ...made, services: { ...made.services, store: watched } });
    expect(data).toMatchObject({ due: { fact: { count: 5_000, longestMs: 5_999 } } });
    expect(lines).toContain('due now              5000, the longest for 6s');
    expect(asked.filter((name) => name === 'countFleet')).toHaveLength(1);
    expect(records).toBeLessThanOrEqual(16);
  });

  test('says how long the channels have to live', async () => {
    const made = bench();
    const ends = [-1, 1, 20, 30, 80].map((hours) => NOW + hours * 3_600_000);
    for (const [index, expiresAt] of ends.entries()) {
      const id = `u${index}@example.com`;
      await made.world.register(id);
      const calendar = await made.world.calendar(id);
      const channel = { ...calendar.channel, id: `ch${index}`, resourceId: 'r', renewAt: expiresAt, provenAt: null };
      await made.services.store.transact(async (tx) =>
        tx.putCalendar({ ...calendar, channel: index === 4 ? null : { ...channel, expiresAt } }),
      );
    }
    expect((await run(status, made)).lines).toContainEqual(
      'channels             1 missing, 1 expired, 2 ending within a day, 1 within three, 0 later',
    );
  });

  test('asks of a database without any calendar whether it is the one that was meant', async () => {
    const question = 'No calendar is registered in this database: is it the one that you mean?';
    expect((await run(status, bench())).lines).toContain(question);
    expect((await run(status, await settled())).lines).not.toContain(question);
  });

  test('leads nowhere from what an emulator does not have', async () => {
    const unreadable = async () => ({ kind: 'unreadable', why: NOT_EMULATED }) as const;
    const { lines, exit } = await run(status, bench({ freshness: unreadable, notifications: unreadable }));
    expect(lines.at(-1)).toBe(`  notifications, freshness: ${NOT_EMULATED}`);
    expect(exit).toBe(EXIT.unknown);
  });

  test('does not count as live what another organizer has', async () => {
    const made = bench();
    made.world.put(ALICE, meeting('e1', ours('c1'), organizedBy(BOB)));
    await made.world.register(ALICE);
    expect((await run(calendarsShow, made, { words: [ALICE] })).data).toMatchObject({ bindings: { live: 0 } });
  });
});
