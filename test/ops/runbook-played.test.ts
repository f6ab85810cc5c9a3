/**
 * The runbook, played on the emulators: each section's trouble is made, the commands that stand in the section are typed as an operator types
 * them, and what the section says one sees is seen. The operator has the names of the installation, no secret, and no right to act as a
 * user. What emulators cannot show: IAM roles, since they grant everything; Cloud Monitoring, Cloud Scheduler, Cloud Functions and the
 * log, since there are none; so the lanes, freshness, notifications and renewal runs are "not known" here. With RUNBOOK_TRANSCRIPT=FILE the
 * transcript is written there.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPubSubClients } from '../../ops/adapters/pubsub-clients.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { renewChannels } from '../../shared/flow/channels/renew-channels.ts';
import { describeWithEmulators } from '../emulators.ts';
import { buildConfsync } from './build-confsync.ts';
import { type EmulatedWorld, eventually, openEmulatedWorld } from './emulated-world.ts';
import { Player, seen } from './play-section.ts';

const ALICE = 'alice@example.com';
const ALICES = calendarKeyOf(ALICE);
/** The event of the runbook's examples. */
const EVENT = '4q3k7tlm0v';
const PATIENCE_MS = 300_000;

describeWithEmulators('the runbook, played', ['firestore', 'pubsub'], (hosts) => {
  let built: Awaited<ReturnType<typeof buildConfsync>>;
  let world: EmulatedWorld;
  let player: Player;

  beforeAll(async () => {
    built = await buildConfsync();
    // Nothing that fails is tried again before the operator says so.
    world = await openEmulatedWorld(hosts, built.path, { DELIVERY_RETRY_SECONDS: '600' });
    player = new Player(world);
    // An emulator that has just started can take longer for its first transaction than one may.
    await eventually('the database answers', () =>
      world.services.store.transact(async (tx) => (await tx.calendar(ALICES)) === undefined).catch(() => false),
    );
    await player.type(`confsync calendars add ${ALICE}`);
    await renewChannels(world.services, Date.now() + 30_000);
    ask('POST', `/calendars/${ALICE}/events`, {
      id: EVENT,
      summary: 'Planning',
      start: { dateTime: '2030-01-21T09:00:00Z' },
      end: { dateTime: '2030-01-21T10:00:00Z' },
      conferenceData: {
        conferenceId: 'c-1',
        conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
        entryPoints: [{ entryPointType: 'video', uri: 'https://meet.example.com/x' }],
      },
    });
    await eventually('the meeting has its conference', () => title() === 'Planning');
  }, PATIENCE_MS);

  afterAll(async () => {
    const file = process.env.RUNBOOK_TRANSCRIPT;
    if (file !== undefined) writeFileSync(file, `${player.transcript.join('\n').trim()}\n`);
    await world?.close();
    built?.remove();
  });

  function ask(method: string, path: string, body: object): void {
    const query = { conferenceDataVersion: '1' };
    const answer = world.calendar.handle({ method, path: `/calendar/v3${path}`, query, headers: {}, body });
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status}`);
  }

  const title = (): string | null | undefined => world.conferences.get('c-1')?.title;
  const rename = (summary: string): void => ask('PATCH', `/calendars/${ALICE}/events/${EVENT}`, { summary });
  const countOf = (outcome: string): number =>
    world.lines.filter((line) => 'outcome' in line && line.outcome === outcome).length;

  test(
    'before you begin: the first line names the installation, and the rest says what cannot be seen here',
    async () => {
      const [status, doctor] = [await player.type('confsync status'), await player.type('confsync doctor')];
      for (const { stdout } of [status, doctor])
        expect(stdout).toMatch(`project ${world.projectId}, database (default), topic ${world.topic}, `);
      expect(status.stdout).toContain('of 13 not known:');
      expect(status).toMatchObject({ code: 4, stderr: '' });
      expect(doctor.stdout).toMatch(/warning +acting as a user.*no credentials to be had/);
      expect(doctor).toMatchObject({ code: 4, stderr: '' });
    },
    PATIENCE_MS,
  );

  test(
    'conference-system-unavailable',
    async () => {
      const heading = 'conference-system-unavailable';
      const failed = countOf('transient');
      world.conferences.setBehaviour([{ kind: 'fail', status: 503 }]);
      rename('While it was down');
      await eventually('a delivery fails', () => countOf('transient') > failed);
      const diagnosis = seen(await player.play(heading, 'Diagnosis'));
      expect(diagnosis).toMatch(/^failing deliveries +1, up to \d+ times in a row \(answered 503\), since /m);
      expect(diagnosis).toMatch(new RegExp(`^${ALICE} +${EVENT} +c-1 +change .* answered 503$`, 'm'));
      world.conferences.setBehaviour([]);
      const mitigation = await player.play(heading, 'Mitigation');
      expect(mitigation[0]?.stdout).toContain('Would try the delivery for 1 conference now');
      expect(mitigation[1]?.stdout).toContain('1 conference tried now');
      await eventually('the change has arrived', () => title() === 'While it was down');
      expect((await player.type('confsync failures list --retrying')).stdout).toBe('No delivery fails.\n');
    },
    PATIENCE_MS,
  );

  test(
    'failed-bindings',
    async () => {
      const refused = countOf('refused');
      world.conferences.setBehaviour([{ kind: 'reject', status: 422 }]);
      rename('Refused first');
      await eventually('it is refused', () => countOf('refused') > refused);
      const diagnosis = await player.play('failed-bindings', 'Diagnosis', {
        // Those speak to a receiver of one's own.
        'https://staging.example.com/hooks': world.env.CONFERENCE_WEBHOOK_URL,
      });
      expect(diagnosis[0]?.stdout).toMatch(new RegExp(`^${ALICE} +${EVENT} +c-1 +update .* answered 422$`, 'm'));
      expect(diagnosis[1]?.stdout).toMatch(/^standing +refused$/m);
      expect(diagnosis[2]?.stdout).toMatch(/ refused .* answered 422$/m);
      world.conferences.setBehaviour([]);
      const [trial, retried] = await player.play('failed-bindings', 'Mitigation');
      expect(trial?.stdout).toContain('Would offer 1 refused change');
      expect(retried?.stdout).toContain('1 change on the way again');
      await eventually('it has arrived', () => title() === 'Refused first');
      expect((await player.type('confsync failures list')).stdout).toBe('Nothing was refused.\n');
    },
    PATIENCE_MS,
  );

  test(
    'dead-letters',
    async () => {
      const clients = await openPubSubClients(world.projectId);
      const messages = [{ data: Buffer.from('not JSON'), attributes: { lane: 'live', calendar: ALICES } }];
      await clients.publisher.publish({ topic: clients.topicName(world.topic), messages });
      await clients.close();
      // The emulator applies no filters, so each lane parks a copy.
      const parked = (): number => world.lines.filter(({ line }) => line === 'dead-letter').length;
      await eventually('it is parked', () => parked() === 2);
      const { stdout } = await player.type('confsync dead-letters list --json');
      const { deadLetters } = JSON.parse(stdout) as { deadLetters: readonly { id: string }[] };
      const diagnosis = await player.play('dead-letters', 'Diagnosis', { '12': deadLetters[0]?.id ?? '' });
      expect(seen(diagnosis)).toContain('work message: not JSON');
      const mitigation = await player.play('dead-letters', 'Mitigation');
      expect(mitigation[1]?.stdout).toContain('2 dead letters sent again');
      await eventually('what is still poison comes back', () => parked() === 6);
      const dropped = await player.type('confsync dead-letters drop --all');
      expect(dropped.stdout).toContain('4 dead letters forgotten');
    },
    PATIENCE_MS,
  );

  test(
    'quota-exhausted',
    async () => {
      world.calendar.faults.set([{ kind: 'error', error: 'rateLimitExceeded', method: 'GET' }]);
      const postponed = countOf('postponed');
      rename('While the quota was used up');
      await eventually('a sync is postponed', () => countOf('postponed') > postponed);
      const diagnosis = seen(await player.play('quota-exhausted', 'Diagnosis'));
      expect(diagnosis).toMatch(/^postponed calendars +1, up to \d+ times in a row \(RateLimited\)$/m);
      expect(diagnosis).toMatch(new RegExp(`^${ALICE} +active .* RateLimited \\(\\d+x\\)$`, 'm'));
      world.calendar.faults.set([]);
      await player.type(`confsync calendars pause ${ALICE}`);
      await player.type(`confsync calendars resume ${ALICE}`);
      await eventually('it is caught up', () => title() === 'While the quota was used up');
      expect((await player.type('confsync calendars list --failing')).stdout).toBe('No sync fails.\n');
    },
    PATIENCE_MS,
  );

  test(
    'A customer says it did not move',
    async () => {
      world.calendar.faults.set([{ kind: 'dropNotification' }]);
      rename('Nobody was told');
      world.calendar.faults.set([]);
      const diagnosis = seen(await player.play('A customer says it did not move', 'Diagnosis'));
      expect(diagnosis).toMatch(/^status +active$/m);
      expect(diagnosis).toContain('Nothing was refused.');
      await player.play('A customer says it did not move', 'Mitigation');
      await eventually('it has moved', () => title() === 'Nobody was told');
    },
    PATIENCE_MS,
  );

  test(
    'A calendar stands still',
    async () => {
      const heading = 'A calendar stands still';
      const calendar = await world.services.store.calendar(ALICES);
      if (calendar === undefined) throw new Error('she is registered');
      const until = Date.now() + 3 * 3_600_000;
      await world.services.store.transact(async (tx) =>
        tx.putCalendar({ ...calendar, lease: { owner: 'dead', until } }),
      );
      rename('While it stood still');
      const diagnosis = seen(await player.play(heading, 'Diagnosis'));
      expect(diagnosis).toMatch(/^syncing now +yes, until in 2h 59m .*at the latest$/m);
      expect(title()).toBe('Nobody was told');
      await player.play(heading, 'Mitigation');
      await eventually('it goes on', () => title() === 'While it stood still');
    },
    PATIENCE_MS,
  );

  test(
    'calendars-without-channel',
    async () => {
      const calendar = await world.services.store.calendar(ALICES);
      if (calendar === undefined) throw new Error('she is registered');
      await world.services.store.transact(async (tx) => tx.putCalendar({ ...calendar, channel: null, lease: null }));
      const diagnosis = seen(await player.play('calendars-without-channel', 'Diagnosis'));
      expect(diagnosis).toMatch(new RegExp(`^${ALICE} +no channel`, 'm'));
      await player.type(`confsync channels renew ${ALICE}`);
      await renewChannels(world.services, Date.now() + 30_000);
      expect((await player.type('confsync channels list --within 12h')).stdout).toBe(
        'No channel ends within that time.\n',
      );
    },
    PATIENCE_MS,
  );

  test(
    'notifications-not-queued',
    async () => {
      world.calendar.faults.set([{ kind: 'dropNotification' }]);
      rename('While the topic was lost');
      world.calendar.faults.set([]);
      const [trial, asked] = await player.play('notifications-not-queued', 'Mitigation');
      expect(trial?.stdout).toMatch(/Would sync 1 calendar, 500 a minute, which takes about /);
      expect(asked?.stdout).toContain('1 calendar asked to sync');
      await eventually('what nobody announced has arrived', () => title() === 'While the topic was lost');
    },
    PATIENCE_MS,
  );

  test(
    'The conference system was restored from a backup',
    async () => {
      world.conferences.forgetAll();
      await player.play('The conference system was restored from a backup', 'Mitigation');
      await eventually('it knows the conference again', () => title() === 'While the topic was lost');
    },
    PATIENCE_MS,
  );

  test(
    'Revoked consent',
    async () => {
      const parked = countOf('parked');
      world.calendar.faults.set([{ kind: 'error', error: 'authError' }]);
      await player.type(`confsync sync ${ALICE}`);
      await eventually('the calendar is disconnected', () => countOf('parked') > parked);
      const diagnosis = seen(await player.play('Revoked consent', 'Diagnosis'));
      expect(diagnosis).toMatch(new RegExp(`^${ALICE} +disconnected`, 'm'));
      world.calendar.faults.set([]);
      await player.type(`confsync calendars resume ${ALICE}`);
      await eventually('it is active again', async () => {
        const calendar = await world.services.store.calendar(ALICES);
        return calendar?.status === 'active' && calendar.failure === null;
      });
      const [trial, removed] = await player.play('Revoked consent', 'Mitigation');
      expect(trial?.stdout).toContain(`Would forget 1 calendar, ${ALICE}, with `);
      expect(removed?.stdout).toContain('No conference was cancelled.');
      expect(world.conferences.get('c-1')?.state).toBe('active');
    },
    PATIENCE_MS,
  );
});
