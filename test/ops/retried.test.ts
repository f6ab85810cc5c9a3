/** What fails for a passing reason, as whoever is on call sees it: listed with its next attempt, hastened, and never mistaken for refused. */
import { expect, test } from '@jest/globals';
import * as calendarsList from '../../ops/commands/calendars-list.ts';
import * as calendarsShow from '../../ops/commands/calendars-show.ts';
import * as deliveriesList from '../../ops/commands/deliveries-list.ts';
import * as failuresList from '../../ops/commands/failures-list.ts';
import * as failuresRetry from '../../ops/commands/failures-retry.ts';
import * as failuresShow from '../../ops/commands/failures-show.ts';
import { ALICE, BOB, meeting, NOW, ours, tombstone } from '../domain/build.ts';
import { type Bench, bench } from './fake-services.ts';
import { runCommand } from './run-command.ts';

const DOWN = { kind: 'transient', reason: 'answered 503' } as const;

/** The conference system is down; Alice's change waits for it. */
async function down(): Promise<Bench> {
  const made = bench();
  made.world.answer = () => DOWN;
  made.world.put(ALICE, meeting('e1', ours('c1')));
  await made.world.register(ALICE);
  return made;
}

test('it is listed with what it is, since when, why, and when it is tried next', async () => {
  const made = await down();
  const { lines, data } = await runCommand(failuresList, made, { flags: { retrying: true } });
  expect(lines[0]).toMatch(/^CALENDAR +EVENT +CONFERENCE +WHAT +SINCE +TRIES +NEXT +REASON$/);
  expect(lines[1]).toMatch(/^alice@example\.com +e1 +c1 +change +\S+ ago +\d+ +(in .+|now) +answered 503$/);
  expect(lines.at(-1)).toBe('1 conference. To try them now: confsync failures retry --retrying --all');
  expect(data).toMatchObject({
    isAll: true,
    retried: [{ calendarId: ALICE, eventIds: ['e1'], conferenceId: 'c1', reason: 'answered 503' }],
  });
  await made.world.register(BOB);
  expect((await runCommand(failuresList, made, { flags: { retrying: true, calendar: BOB } })).lines).toEqual([
    'No delivery fails.',
  ]);
  expect((await runCommand(failuresList, made)).lines).toEqual([
    'Nothing was refused.',
    '1 conference not told yet for a passing reason, tried again by itself: confsync failures list --retrying',
  ]);
  expect((await runCommand(failuresList, made, { flags: { calendar: ALICE } })).lines.at(-1)).toMatch(
    / tried again by itself: confsync failures list --retrying --calendar alice@example\.com$/,
  );
});

test('it is seen in the calendar, and in what the conference system was told of it', async () => {
  const made = await down();
  const shown = await runCommand(calendarsShow, made, { words: [ALICE] });
  expect(shown.lines).toContain('failing      1 event, tried again: answered 503');
  expect(shown.lines.at(-1)).toBe(
    `The conference system has not taken changes yet. See: confsync failures list --retrying --calendar ${ALICE}`,
  );
  expect(shown.data).toMatchObject({
    deliveries: { retrying: 1, refused: 0 },
    advice: expect.stringContaining('--retrying'),
  });
  const told = await runCommand(deliveriesList, made, { flags: { calendar: ALICE } });
  expect(told.lines[1]).toMatch(/^e1 +c1 +retrying +.+ ago +answered 503, \d+ tr(y|ies), next (in .+|now)$/);
  expect(told.data).toMatchObject({ deliveries: [{ standing: 'retrying', reason: 'answered 503' }] });
});

test('a cancellation that waits is listed as one, with the event that was the last', async () => {
  const made = bench();
  made.world.put(ALICE, meeting('e1', ours('c1')));
  await made.world.register(ALICE);
  made.world.answer = () => DOWN;
  made.world.put(ALICE, tombstone('e1'));
  await made.world.notify(ALICE);
  await made.world.work();
  await made.world.clock.runTo(made.world.clock.now() + 120_000);
  await made.world.renew();
  const { data } = await runCommand(failuresList, made, { flags: { retrying: true } });
  expect(data).toMatchObject({ retried: [{ what: 'cancellation', calendarId: ALICE, eventIds: ['e1'] }] });
  const told = await runCommand(deliveriesList, made, { flags: { calendar: ALICE } });
  expect(told.lines[1]).toMatch(/^e1 +c1 +retrying +cancellation +.+ ago +answered 503, /);
  expect((await runCommand(calendarsShow, made, { words: [ALICE] })).data).toMatchObject({
    deliveries: { retrying: 1 },
  });
});

test('it goes out at once where a person says so, after a question with the number', async () => {
  const made = await down();
  // By now the next attempt is minutes away.
  await made.world.clock.runTo(made.world.clock.now() + 300_000);
  await made.world.renew();
  made.world.answer = () => ({ kind: 'done' });
  await made.world.work();
  const told = made.world.told.length;
  const { asked, lines } = await runCommand(failuresRetry, made, { flags: { retrying: true, all: true } });
  expect(asked).toEqual(['This will try the delivery for 1 conference now. Go on? [y/N] ']);
  expect(lines[0]).toContain('1 conference tried now');
  await made.world.work();
  expect(made.world.told).toHaveLength(told + 1);
  expect((await runCommand(failuresList, made, { flags: { retrying: true } })).lines).toEqual(['No delivery fails.']);
  expect((await runCommand(failuresRetry, made, { flags: { retrying: true, all: true } })).lines).toEqual([
    'Nothing to do.',
  ]);
});

test('one event is shown as it stands: tried again, on its way, or told', async () => {
  const made = await down();
  const show = async () => runCommand(failuresShow, made, { words: [ALICE, 'e1'] });
  const failing = await show();
  expect(failing.data).toMatchObject({ standing: 'retrying', what: 'update', reason: 'answered 503' });
  expect(failing.lines.at(-1)).toContain(`confsync failures retry ${ALICE} e1 --retrying`);
  await expect(runCommand(failuresRetry, made, { words: [ALICE, 'e1'] })).rejects.toThrow(
    'nothing of event e1 on alice@example.com is refused',
  );
  made.world.answer = () => ({ kind: 'done' });
  await runCommand(failuresRetry, made, { words: [ALICE, 'e1'], flags: { retrying: true } });
  await made.world.work();
  expect((await show()).data).toMatchObject({ standing: 'told', what: 'nothing', reason: null, attempts: 0 });
});

test('calendars whose sync fails are listed with why and when they are tried next', async () => {
  const made = await down();
  await made.world.register(BOB);
  const bob = await made.world.calendar(BOB);
  await made.services.store.transact(async (tx) =>
    tx.putCalendar({ ...bob, failure: { reason: 'RateLimited', at: NOW, count: 4 } }),
  );
  const { lines } = await runCommand(calendarsList, made, { flags: { failing: true } });
  expect(lines[1]).toMatch(/^bob@example\.com +active .* RateLimited \(4x\)$/);
  expect(lines.at(-1)).toBe('1 calendar');
  await made.services.store.transact(async (tx) => tx.putCalendar(bob));
  expect((await runCommand(calendarsList, made, { flags: { failing: true } })).lines).toEqual([
    "No active calendar's sync fails.",
  ]);
});
