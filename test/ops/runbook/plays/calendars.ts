/** Plays of what goes wrong with calendars: at Google, with a grant, with a lease, with a record. */
import { expect } from '@jest/globals';
import { corrupt } from '../database.ts';
import { ALICE, ALICES, type Plays, type Stage, seen } from '../stage.ts';

/** Google refuses to let us act as anybody; Alice's calendar is disconnected at its next sync. */
async function isDisconnected(stage: Stage): Promise<void> {
  stage.world.calendar.faults.set([{ kind: 'error', error: 'authError' }]);
  await stage.operator.type(['sync', ALICE]);
  await stage.until('her calendar is disconnected', async () => (await stage.alice()).status === 'disconnected');
}

async function isPostponed(stage: Stage): Promise<void> {
  await stage.until('her sync is put off', async () => (await stage.alice()).failure !== null);
}

export const CALENDARS: Plays = {
  async 'calendars-not-read'(stage) {
    await stage.happens('Google Calendar answers 503. Alice renames her meeting.', async () => {
      stage.world.calendar.faults.set([{ kind: 'error', error: 'serviceUnavailable', method: 'GET' }]);
      stage.rename('While Calendar was down');
      await isPostponed(stage);
    });
    stage.operator.mayAct = true;
    expect(seen(await stage.diagnose())).toMatch(/^warning +acting as a user .*GoogleUnavailable/m);
    await stage.happens("Google's outage is over.", () => stage.world.calendar.faults.set([]));
    const [trial, asked] = await stage.mitigate();
    expect(trial?.stdout).toContain('Would sync 1 calendar once more');
    expect(asked?.stdout).toContain('1 calendar asked to sync once more');
    await stage.arrives('While Calendar was down');
  },

  async 'quota-exhausted'(stage) {
    await stage.happens('The quota of the Calendar API is used up. Alice renames her meeting.', async () => {
      stage.world.calendar.faults.set([{ kind: 'error', error: 'rateLimitExceeded', method: 'GET' }]);
      stage.rename('While the quota was used up');
      await isPostponed(stage);
    });
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^postponed calendars +1, once so far \(RateLimited\)$/m);
    expect(diagnosis).toMatch(new RegExp(`^${ALICE} +active .* RateLimited \\(\\d+x\\)$`, 'm'));
    await stage.happens('There is quota again.', () => stage.world.calendar.faults.set([]));
    await stage.type(`confsync calendars pause ${ALICE}`);
    await stage.type(`confsync calendars resume ${ALICE}`);
    await stage.arrives('While the quota was used up');
    expect((await stage.type('confsync calendars list --failing')).stdout).toBe("No active calendar's sync fails.\n");
  },

  async 'disconnected-calendars'(stage) {
    await stage.happens('The delegation was changed: Google does not let us act as anybody.', () =>
      isDisconnected(stage),
    );
    stage.operator.mayAct = true;
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(new RegExp(`^${ALICE} +disconnected`, 'm'));
    expect(diagnosis).toMatch(/^broken +acting as a user .*does not let us act as alice@example.com/m);
    await stage.happens('The grant is restored, and Alice renames her meeting.', () => {
      stage.world.calendar.faults.set([]);
      stage.rename('Connected again');
    });
    await stage.mitigate();
    await stage.arrives('Connected again');
    expect((await stage.alice()).status).toBe('active');
  },

  async 'unreadable-records'(stage) {
    const mend = await stage.happens('A newer version wrote a record that this one cannot read.', () =>
      corrupt(stage.world, `calendars/${ALICES}`),
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toContain('No calendar that can be read; 1 record cannot be.');
    const refused = await stage.type(`confsync calendars add ${ALICE}`);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('was not written over') });
    await stage.happens('The newer version is rolled forward again, and Alice renames her meeting.', async () => {
      await mend();
      stage.rename('Readable again');
    });
    await stage.arrives('Readable again');
  },

  async 'A customer says it did not move'(stage) {
    await stage.happens('Google loses the notification of an edit.', () => stage.renameUnnoticed('Nobody was told'));
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^status +active$/m);
    expect(diagnosis).toContain('Nothing was refused.');
    await stage.mitigate();
    await stage.arrives('Nobody was told');
  },

  async 'A calendar stands still'(stage) {
    await stage.happens(
      "A worker whose clock is three hours ahead died with Alice's lease. Alice renames her meeting.",
      async () => {
        await stage.change({ lease: { owner: 'dead', until: Date.now() + 3 * 3_600_000 } });
        stage.rename('While it stood still');
      },
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^syncing now +yes, until in (2h 59m .*|3h )at the latest$/m);
    expect(diagnosis).toMatch(/^broken +clocks of workers and database: 1 calendar held for (2h 59m|3h).* to come/m);
    expect(stage.title()).not.toBe('While it stood still');
    await stage.mitigate();
    await stage.arrives('While it stood still');
  },

  async 'Revoked consent'(stage) {
    await stage.happens('Alice has withdrawn her consent.', () => isDisconnected(stage));
    stage.operator.mayAct = true;
    expect(seen(await stage.diagnose())).toMatch(new RegExp(`^${ALICE} +disconnected`, 'm'));
    await stage.happens('She comes back and gives it again.', () => stage.world.calendar.faults.set([]));
    await stage.type(`confsync calendars resume ${ALICE}`);
    await stage.until('she is active again', async () => {
      const { status, failure } = await stage.alice();
      return status === 'active' && failure === null;
    });
    await stage.happens('Later she leaves for good.', () => undefined);
    const [trial, removed] = await stage.mitigate();
    expect(trial?.stdout).toContain(`Would forget 1 calendar, ${ALICE}, with `);
    expect(removed?.stdout).toContain('No conference was cancelled.');
    expect(stage.world.conferences.get('c-1')?.state).toBe('active');
    await stage.registerAlice();
  },
};
