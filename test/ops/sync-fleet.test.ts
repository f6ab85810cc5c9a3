/** A sync of the whole fleet: a few at a time, with an estimate, past what is paused, and resumable wherever it stopped. */
import { expect, test } from '@jest/globals';
import { plain } from '../../ops/cli/paint.ts';
import { parse, run } from '../../ops/commands/sync.ts';
import { StoreUnavailable } from '../../shared/domain/errors.ts';
import { withTransact } from '../with-transact.ts';
import { bench, fakeScreen } from './fake-services.ts';

const PEOPLE = Array.from({ length: 5 }, (_, index) => `person${index}@example.com`);

/** Five calendars, the first of which is paused. */
async function fleet() {
  const made = bench();
  for (const person of PEOPLE) await made.world.register(person);
  const paused = await made.world.calendar(PEOPLE[0] ?? '');
  await made.services.store.transact(async (tx) => tx.putCalendar({ ...paused, status: 'paused' }));
  return made;
}

/** Starts the command; time goes only where the test lets it. */
function start(made: ReturnType<typeof bench>, flags: Record<string, string | boolean>, services = made.services) {
  const terminal = fakeScreen();
  const options = parse({ parameters: [], flags: { all: true, ...flags }, now: made.world.clock.now() });
  return { ...terminal, report: run(services, options, terminal.screen) };
}

function keysAsked({ world }: ReturnType<typeof bench>): readonly string[] {
  return world.queued.flatMap(({ message }) => (message.kind === 'sync' ? [message.calendar] : []));
}

test('every calendar that is not paused is asked for, at most so many a minute', async () => {
  const made = await fleet();
  const began = made.world.clock.now();
  const { asked, report } = start(made, { 'per-minute': '2' });
  await made.world.clock.runTo(began + 59_000);
  expect(asked).toEqual(['This will sync 4 calendars, 2 a minute, which takes about 2m. Go on? [y/N] ']);
  expect(keysAsked(made)).toHaveLength(2);
  await made.world.clock.runTo(began + 180_000);
  expect((await report).data).toMatchObject({ isDone: true, asked: 4, goOnAfter: null });
  expect(new Set(keysAsked(made)).size).toBe(4);
  expect(keysAsked(made)).not.toContain((await made.world.calendar(PEOPLE[0] ?? '')).key);
  expect(made.world.queued.every(({ lane }) => lane === 'upkeep')).toBe(true);
});

test('Ctrl-C stops it between two calendars, and what it says to type asks for the rest', async () => {
  const made = await fleet();
  const began = made.world.clock.now();
  const { interrupt, report } = start(made, { 'per-minute': '1' });
  await made.world.clock.runTo(began + 61_000);
  interrupt();
  await made.world.clock.runTo(began + 200_000);
  const { data, text, exit } = await report;
  expect(data).toMatchObject({ isDone: false, stopped: 'by Ctrl-C', asked: 2 });
  expect(exit).toBe(1);
  const [, after = ''] = /--after (\S+)$/.exec(text(plain).at(-1) ?? '') ?? [];
  const before = keysAsked(made);
  const again = start(made, { 'per-minute': '60000', after });
  await made.world.clock.runTo(made.world.clock.now() + 1_000);
  await again.report;
  const rest = keysAsked(made).slice(before.length);
  expect(rest.filter((key) => before.includes(key))).toEqual([]);
  expect(new Set([...before, ...rest]).size).toBe(4);
});

test('a database that fails half-way says where to go on', async () => {
  const made = await fleet();
  let pages = 0;
  const store = withTransact(made.services.store, async (work) => {
    if (++pages > 2) throw new StoreUnavailable('a transaction failed', { cause: new Error('14 UNAVAILABLE') });
    return made.services.store.transact(work);
  });
  const { report } = start(made, { 'per-minute': '60000' }, { ...made.services, store });
  await made.world.clock.runTo(made.world.clock.now() + 1_000);
  const { text } = await report;
  expect(text(plain).at(-1)).toMatch(
    /^Stopped half-way \(Firestore: 14 UNAVAILABLE\)\. Go on with: confsync sync --all --per-minute 60000 --after \w+$/,
  );
});

test('a trial says how many and how long, and asks for nothing', async () => {
  const made = await fleet();
  const { screen } = fakeScreen({ isDryRun: true });
  const options = parse({ parameters: [], flags: { all: true, resend: true }, now: 0 });
  const report = await run(made.services, options, screen);
  expect(report.text(plain)).toEqual([
    'Would send to the conference system again all that is on 4 calendars, 500 a minute, which takes about 0s. Nothing was changed.',
  ]);
  expect(keysAsked(made)).toEqual([]);
});
