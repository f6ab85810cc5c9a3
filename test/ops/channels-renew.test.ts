/** New channels for a whole fleet: none is left out, and whoever has to stop types the same again for the rest. */
import { expect, test } from '@jest/globals';
import { plain } from '../../ops/cli/paint.ts';
import { parse, run } from '../../ops/commands/channels-renew.ts';
import { StoreUnavailable } from '../../shared/domain/errors.ts';
import { newCalendar } from '../../shared/domain/state/new-record.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import { bench, fakeScreen, withCalls } from './fake-services.ts';

const HOUR = 3_600_000;
/** More than a page of them. */
const FLEET = 700;

/** A fleet whose channels were all opened by a key that is lost. */
async function fleet() {
  const made = bench();
  const now = made.world.clock.now();
  const channel = {
    id: 'c',
    resourceId: 'r',
    expiresAt: now + 160 * HOUR,
    renewAt: now + 112 * HOUR,
    provenAt: null,
  };
  for (let at = 0; at < FLEET; at += 100) {
    await made.services.store.transact(async (tx) => {
      for (let index = at; index < at + 100; index++) {
        const calendar = newCalendar(`person${index}@example.com`, `person${index}@example.com`, 'key', now);
        tx.putCalendar({ ...calendar, channel, pushRetryAt: null, reconcileAt: now + 6 * HOUR, dueAt: now + 6 * HOUR });
      }
    });
  }
  return made;
}

function renew(made: ReturnType<typeof bench>, services = made.services, terminal = fakeScreen()) {
  const options = parse({ parameters: [], flags: { within: '30d' }, now: made.world.clock.now() });
  return run(services, options, terminal.screen);
}

async function asked({ services, world }: ReturnType<typeof bench>): Promise<number> {
  const all: readonly CalendarRecord[] = await services.store.calendars({ after: null, limit: 10 * FLEET });
  return all.filter(({ channel }) => channel !== null && channel.renewAt <= world.clock.now()).length;
}

test('every calendar is asked for, however many pages they fill', async () => {
  const made = await fleet();
  const { data, text } = await renew(made);
  expect(data).toMatchObject({ isDone: true, due: 0 });
  expect(text(plain)[0]).toMatch(/^A new channel for 700 calendars is due/);
  expect(await asked(made)).toBe(FLEET);
});

test('what is due already is told and left alone', async () => {
  const made = await fleet();
  await renew(made);
  const terminal = fakeScreen();
  const { data } = await renew(made, made.services, terminal);
  expect(data).toMatchObject({ isDone: false, calendars: [], due: FLEET });
  expect(terminal.written.join('')).toMatch(/700 calendars more: due already/);
});

test('a database that fails half-way: the same line asks for the rest', async () => {
  const made = await fleet();
  let commits = 0;
  const store = withCalls(made.services.store, {
    transact: (work) => {
      if (++commits > 100) throw new StoreUnavailable('14 UNAVAILABLE');
      return made.services.store.transact(work);
    },
  });
  const { data, text, exit } = await renew(made, { ...made.services, store });
  expect([exit, text(plain).at(-1)]).toEqual([
    1,
    'Stopped half-way (Firestore: 14 UNAVAILABLE). Type the same again: it asks for the rest.',
  ]);
  expect(data).toMatchObject({ isDone: false });
  expect(await asked(made)).toBe(100);
  expect((await renew(made)).data).toMatchObject({ isDone: true, due: 100 });
  expect(await asked(made)).toBe(FLEET);
});

test('Ctrl-C stops it, and the same line asks for the rest', async () => {
  const made = await fleet();
  const terminal = fakeScreen();
  let commits = 0;
  const store = withCalls(made.services.store, {
    transact: (work) => {
      if (++commits === 40) terminal.interrupt();
      return made.services.store.transact(work);
    },
  });
  const { data } = await renew(made, { ...made.services, store }, terminal);
  expect(data).toMatchObject({ isDone: false, stopped: 'by Ctrl-C' });
  expect(await asked(made)).toBeLessThan(FLEET);
  expect((await renew(made)).data).toMatchObject({ isDone: true });
  expect(await asked(made)).toBe(FLEET);
});
