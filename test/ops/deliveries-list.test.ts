/** confsync deliveries list, over records that the use cases wrote. */
import { expect, test } from '@jest/globals';
import { plain } from '../../ops/cli/paint.ts';
import { parse, run } from '../../ops/commands/deliveries-list.ts';
import { UnknownCalendar } from '../../shared/domain/errors.ts';
import { ALICE, meeting, ours } from '../domain/build.ts';
import { bench } from './fake-services.ts';

test('says of each event whether it is told, tried again or was refused', async () => {
  const { world, services } = bench();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  world.put(ALICE, meeting('e2', ours('c2')));
  await world.notify(ALICE);
  await world.work();
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  world.put(ALICE, meeting('e3', ours('c3')));
  await world.notify(ALICE);
  await world.work();
  const options = parse({ parameters: [], flags: { calendar: ALICE }, now: world.clock.now() });
  const report = await run(services, options);
  const { deliveries } = Object(report.data);
  expect(deliveries).toHaveLength(3);
  expect(deliveries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ eventId: 'e1', conferenceId: 'c1', standing: 'told', revision: null, reason: null }),
      expect.objectContaining({ eventId: 'e2', conferenceId: 'c2', standing: 'refused', reason: 'answered 422' }),
      expect.objectContaining({
        eventId: 'e3',
        conferenceId: 'c3',
        standing: 'retrying',
        reason: 'answered 503',
        changed: expect.arrayContaining(['title']),
      }),
    ]),
  );
  const lines = report.text(plain);
  expect(lines.find((line) => line.startsWith('e2'))).toMatch(/c2 +refused .*answered 422/);
});

test('a calendar that is not registered is said to be', async () => {
  const { services } = bench();
  const options = parse({ parameters: [], flags: { calendar: ALICE }, now: 1 });
  await expect(run(services, options)).rejects.toBeInstanceOf(UnknownCalendar);
});
