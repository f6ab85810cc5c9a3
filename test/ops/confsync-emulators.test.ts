/** The built program against the emulators, with everything around it alive: what on-call staff do at night, end to end. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPubSubClients } from '../../ops/adapters/pubsub-clients.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import { wakeDue } from '../../shared/flow/wake/wake-due.ts';
import { describeWithEmulators } from '../emulators.ts';
import { buildConfsync } from './build-confsync.ts';
import { type EmulatedWorld, eventually, openEmulatedWorld } from './emulated-world.ts';

const PEOPLE = ['alice@example.com', 'bob@example.com', 'carol@example.com'];
const START = { dateTime: '2030-01-21T09:00:00Z' };

describeWithEmulators('confsync on a living installation', ['firestore', 'pubsub'], (hosts) => {
  let world: EmulatedWorld;
  beforeAll(async () => {
    world = await openEmulatedWorld(hosts, await buildConfsync());
  }, 120_000);
  afterAll(async () => {
    await world?.close();
  });

  function request(method: string, path: string, body: object): void {
    const query = { conferenceDataVersion: '1' };
    const answer = world.calendar.handle({ method, path: `/calendar/v3${path}`, query, headers: {}, body });
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status}`);
  }

  function meet(person: string, id: string, summary: string): void {
    request('POST', `/calendars/${person}/events`, {
      id,
      summary,
      start: START,
      end: { dateTime: '2030-01-21T10:00:00Z' },
      conferenceData: {
        conferenceId: `c-${id}`,
        conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
        entryPoints: [{ entryPointType: 'video', uri: 'https://meet.example.com/x' }],
      },
    });
  }

  const parked = (): number => world.lines.filter(({ line }) => line === 'dead-letter').length;

  const titleOf = (id: string): string | null | undefined => world.conferences.get(`c-${id}`)?.title;

  /** Everything about the conferences that must not change when nothing has changed in the calendars. */
  function snapshot() {
    return world.conferences.list().map(({ id, state, title, start, end, updates, restored }) => ({
      id,
      state,
      title,
      start,
      end,
      updates,
      restored,
    }));
  }

  const runSchedule = () => wakeDue(world.services, Date.now() + 30_000);

  async function becomesQuiet(): Promise<void> {
    let count = -1;
    await eventually('nothing is worked on any more', async () => {
      const before = count;
      count = world.lines.length;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return before === count && !world.isWorking();
    });
  }

  test('calendars are registered, listed and shown by their IDs', async () => {
    for (const person of PEOPLE) {
      const added = await world.confsync('calendars', 'add', person, '--yes');
      expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining(`${person} is registered`) });
    }
    await runSchedule();
    for (const [index, person] of PEOPLE.entries()) meet(person, `event${index}`, `Meeting ${index}`);
    await eventually('every meeting has its conference', () =>
      PEOPLE.every((_, index) => titleOf(`event${index}`) === `Meeting ${index}`),
    );
    const { calendars } = (await world.confsyncJson('calendars', 'list')) as { calendars: { calendarId: string }[] };
    expect(calendars.map(({ calendarId }) => calendarId).sort()).toEqual(PEOPLE);
    const shown = await world.confsync('calendars', 'show', 'alice@example.com');
    expect(shown.stdout).toMatch(/bindings +1 live/);
    expect(shown.stdout).not.toContain('\u001B');
  }, 180_000);

  test('status and doctor find nothing wrong, and print nothing but JSON if asked to', async () => {
    await becomesQuiet();
    // An emulator that has never counted can take longer than status waits.
    let status = await world.confsync('status', '--json');
    await eventually('the fleet is counted', async () => {
      if (/"fleet": \{\s*"kind": "known"/.test(status.stdout)) return true;
      status = await world.confsync('status', '--json');
      return false;
    });
    // An emulator has no Monitoring, no scheduler and no functions; whatever it has is well.
    expect(JSON.parse(status.stdout)).toMatchObject({
      verdict: 'unknown',
      concerns: [],
      fleet: { kind: 'known', fact: { calendars: { active: 3 } } },
      lookedAt: { project: world.projectId, topic: world.topic },
    });
    expect(status).toMatchObject({ code: 4, stderr: '' });
    const doctor = await world.confsync('doctor', '--json');
    expect(JSON.parse(doctor.stdout)).toMatchObject({ verdict: 'unknown' });
    expect(doctor.code).toBe(4);
  }, 180_000);

  test('poison messages are parked with their reason, listed without loss, replayed twice and dropped', async () => {
    const before = snapshot();
    const clients = await openPubSubClients(world.projectId);
    try {
      const alice = calendarKeyOf('alice@example.com');
      const poison = ['not JSON', JSON.stringify({ version: 7, calendar: alice })];
      for (const data of poison) {
        const messages = [{ data: Buffer.from(data), attributes: { lane: 'live', calendar: alice } }];
        await clients.publisher.publish({ topic: clients.topicName(world.topic), messages });
      }
    } finally {
      await clients.close();
    }
    const list = async () =>
      (await world.confsyncJson('dead-letters', 'list')) as {
        deadLetters: { id: string; reason: string; calendarId: string }[];
      };
    await eventually('both are parked', () => parked() === 2);
    for (let look = 0; look < 2; look++) {
      const { deadLetters } = await list();
      expect(deadLetters.map(({ reason }) => reason).sort()).toEqual([
        'work message: not JSON',
        'work message: version must be 1, not 7',
      ]);
      expect(new Set(deadLetters.map(({ calendarId }) => calendarId))).toEqual(new Set(['alice@example.com']));
    }
    const [first] = (await list()).deadLetters;
    const shown = await world.confsync('dead-letters', 'show', first?.id ?? '');
    expect(shown.stdout).toMatch(/reason +work message: (not JSON|version must be 1)/);
    expect((await world.confsync('status')).code).toBe(3);

    const refused = await world.confsync('dead-letters', 'replay', '--all');
    expect(refused).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('send 2 dead letters again'),
    });
    const tried = await world.confsync('dead-letters', 'replay', '--all', '--dry-run');
    expect(tried).toMatchObject({ code: 0, stdout: expect.stringContaining('Would send 2 dead letters again') });
    expect((await list()).deadLetters).toHaveLength(2);

    // Sent again, each is parked again: nothing is lost, nothing harmed.
    const replayed = await world.confsync('dead-letters', 'replay', '--all', '--yes');
    expect(replayed).toMatchObject({ code: 0, stdout: expect.stringContaining('2 dead letters sent again') });
    await eventually('they have come back', () => parked() === 4);
    expect((await list()).deadLetters).toHaveLength(2);
    const [one] = (await list()).deadLetters;
    await world.confsync('dead-letters', 'drop', one?.id ?? '', '--yes');
    expect((await list()).deadLetters).toHaveLength(1);
    const dropped = await world.confsync('dead-letters', 'drop', '--all', '--yes');
    expect(dropped.stdout).toContain('1 dead letter forgotten');
    expect((await list()).deadLetters).toEqual([]);
    expect(snapshot()).toEqual(before);
  }, 240_000);

  test('two hours replayed twice, and a live subscription sought back by hand, converge and harm no conference', async () => {
    // Changes that no notification announces.
    world.calendar.faults.set([{ kind: 'dropNotification' }]);
    request('PATCH', '/calendars/alice@example.com/events/event0', { summary: 'Renamed' });
    world.calendar.faults.set([]);
    request('PATCH', '/calendars/bob@example.com/events/event1', { summary: 'Moved' });
    await eventually("bob's change is there", () => titleOf('event1') === 'Moved');
    expect(titleOf('event0')).toBe('Meeting 0');

    const tried = await world.confsync('replay', '--since', '2h', '--dry-run');
    expect(tried).toMatchObject({ code: 0, stdout: expect.stringContaining('Would sync 3 calendars once more') });
    const first = await world.confsync('replay', '--since', '2h', '--yes');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('3 calendars asked to sync once more') });
    await eventually('what nobody announced has arrived', () => titleOf('event0') === 'Renamed');
    await becomesQuiet();
    const settled = snapshot();

    const second = (await world.confsyncJson('replay', '--since', '2h', '--yes')) as {
      messages: number;
      calendars: string[];
    };
    expect([...second.calendars].sort()).toEqual(PEOPLE);
    await becomesQuiet();
    expect(snapshot()).toEqual(settled);

    const clients = await openPubSubClients(world.projectId);
    try {
      const subscriptions = await clients.publisher.listTopicSubscriptions({ topic: clients.topicName(world.topic) });
      expect(subscriptions[0].map((name) => name.split('/').at(-1)).sort()).toEqual([
        `${world.topic}-live`,
        `${world.topic}-replay`,
        `${world.topic}-upkeep`,
      ]);
      const worked = world.lines.length;
      const time = { seconds: Math.floor(Date.now() / 1_000) - 7_200 };
      await clients.subscriber.seek({ subscription: clients.subscriptionName(`${world.topic}-live`), time });
      await eventually('the past is delivered again', () => world.lines.length > worked);
    } finally {
      await clients.close();
    }
    await becomesQuiet();
    expect(snapshot()).toEqual(settled);
    expect(settled.every(({ state, restored }) => state === 'active' && restored === 0)).toBe(true);
    await world.confsync('dead-letters', 'drop', '--all', '--yes');
  }, 240_000);

  test('what the conference system refused is listed with its reason, and goes out again under a new revision', async () => {
    world.conferences.setBehaviour([{ kind: 'reject', status: 422, next: 1 }]);
    request('PATCH', '/calendars/carol@example.com/events/event2', { summary: 'Refused first' });
    const list = async () =>
      (await world.confsyncJson('failures', 'list')) as {
        failures: { calendarId: string; eventId: string; reason: string }[];
      };
    const isRefusal = (line: LogLine): boolean => line.line === 'delivery' && line.outcome === 'refused';
    await eventually('it is refused', () => world.lines.some(isRefusal));
    await becomesQuiet();
    expect((await list()).failures[0]).toMatchObject({ calendarId: 'carol@example.com', eventId: 'event2' });
    const before = world.conferences.get('c-event2')?.revision ?? 0;
    const retried = await world.confsync('failures', 'retry', 'carol@example.com', 'event2', '--yes');
    expect(retried).toMatchObject({ code: 0, stdout: expect.stringContaining('1 change on the way again') });
    await eventually('it has arrived', () => titleOf('event2') === 'Refused first');
    expect(world.conferences.get('c-event2')?.revision).toBeGreaterThan(before + 1);
    expect((await list()).failures).toEqual([]);
  }, 180_000);

  test('channels are listed by the time left to them and renewed on demand', async () => {
    const before = (await world.confsyncJson('channels', 'list')) as {
      channels: { calendarId: string; expiresAt: string }[];
    };
    expect(before.channels).toHaveLength(3);
    const ofBob = async () => (await world.services.store.calendar(calendarKeyOf('bob@example.com')))?.channel?.id;
    const old = await ofBob();
    const renewed = await world.confsync('channels', 'renew', 'bob@example.com', '--yes');
    expect(renewed).toMatchObject({ code: 0, stdout: expect.stringContaining('A new channel for 1 calendar') });
    expect(await ofBob()).toBe(old);
    await runSchedule();
    expect(await ofBob()).not.toBe(old);
    expect((await world.confsync('channels', 'list', '--within', '1h')).stdout).toContain(
      'No channel ends within that time',
    );
  }, 180_000);

  test('a paused calendar stands still until it is resumed, and a removed one ends no conference', async () => {
    // The channel that was just opened brings a listing, which would hold the record.
    await becomesQuiet();
    const paused = await world.confsync('calendars', 'pause', 'bob@example.com', '--yes');
    expect(paused).toMatchObject({ code: 0, stderr: '' });
    request('PATCH', '/calendars/bob@example.com/events/event1', { summary: 'While paused' });
    await becomesQuiet();
    expect(titleOf('event1')).toBe('Moved');
    await world.confsync('calendars', 'resume', 'bob@example.com', '--yes');
    await eventually('it is caught up', () => titleOf('event1') === 'While paused');

    const removed = await world.confsync('calendars', 'remove', 'carol@example.com', '--yes');
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('No conference was cancelled') });
    expect(world.conferences.get('c-event2')?.state).toBe('active');
    const again = await world.confsync('calendars', 'show', 'carol@example.com');
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('confsync calendars list') });
  }, 180_000);

  test('a conference system restored from a backup gets everything again with --resend', async () => {
    world.conferences.forgetAll();
    const asked = await world.confsync('sync', 'alice@example.com', '--resend', '--yes');
    expect(asked.code).toBe(0);
    await eventually('it knows the conference again', () => titleOf('event0') === 'Renamed');
  }, 180_000);
});
