/** Plays of what goes wrong with the functions, their schedule and our own database; and of the first look at all of it. */
import { expect } from '@jest/globals';
import { backUp } from '../database.ts';
import { VIEWERS } from '../operator.ts';
import { commandsIn, textOf } from '../section.ts';
import { type Plays, type Stage, seen } from '../stage.ts';

const MINUTE = 60_000;

/** One edit in a hundred takes a minute and a half. */
async function isSlow(stage: Stage): Promise<void> {
  await stage.happens('The conference system answers slowly: one edit in a hundred takes 95 s.', () => {
    stage.operator.facts.freshness = { p50Ms: 48_000, p99Ms: 95_000 };
  });
  const diagnosis = seen(await stage.diagnose());
  expect(diagnosis).toMatch(/^freshness +half within 48s, 99 of 100 within 1m 35s/m);
  expect(diagnosis).toMatch(/^! one edit in a hundred took longer than 1m 35s/m);
  expect(diagnosis).toMatch(/^live lane +empty$/m);
}

/** What is due of Alice's has been so for a while. */
async function isOverdue(stage: Stage, minutes: number): Promise<void> {
  await stage.change({ dueAt: Date.now() - minutes * MINUTE });
}

/** A defect that no code has a word for. */
async function bug(): Promise<never> {
  throw new TypeError("Cannot read properties of undefined (reading 'etag')");
}

export const FUNCTIONS: Plays = {
  async 'Before you begin'(stage) {
    const { world, operator } = stage;
    await stage.happens('All is well. An operator without further roles looks:', () => undefined);
    for (const line of commandsIn(textOf('Before you begin'))) await stage.type(line);
    const status = await stage.type('confsync status');
    expect(status.stdout).toContain('Healthy.');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    await stage.happens('The checks of doctor, seen by somebody who has got the further roles:', () => undefined);
    operator.furtherRoles = VIEWERS;
    operator.mayAct = true;
    const doctor = await stage.type('confsync doctor');
    for (const { stdout } of [status, doctor])
      expect(stdout).toMatch(`project ${world.projectId}, database (default), topic ${world.topic}, `);
    expect(doctor.stdout).toMatch(/: 0 broken, 0 to mind, 1 not checked\.$/m);
  },

  async 'server-errors'(stage) {
    stage.operator.furtherRoles = ['roles/pubsub.viewer', 'roles/cloudfunctions.viewer'];
    await stage.happens(
      'A new version answers 500 to everything, and one function did not get it. Alice renames her meeting.',
      async () => {
        stage.world.health.worker = 'answers 500';
        stage.operator.facts.functions = { 'renew-channels': { source: 'functions-0.zip', updatedAt: 0 } };
        await stage.renameInVain('Answered with 500');
      },
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^broken +functions: renew-channels is of another version than /m);
    await stage.happens('It is rolled back.', () => {
      stage.world.health.worker = 'works';
    });
    await stage.arrives('Answered with 500');
  },

  async 'renewal-run-missing'(stage) {
    const { operator, world } = stage;
    await stage.happens('Somebody paused the scheduler job half an hour ago.', async () => {
      operator.facts.job = { state: 'paused', lastError: null, lastAttemptAt: Date.now() - 30 * MINUTE };
      await isOverdue(stage, 20);
    });
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^broken +scheduler job renew-channels: it is paused/m);
    expect(diagnosis).toContain('gcloud scheduler jobs resume renew-channels');
    expect(diagnosis).toMatch(/^! 1 thing due, one for (19m|20m)/m);
    await stage.mitigate();
    await stage.happens('The job runs again, every minute.', async () => {
      operator.facts.job = { state: 'enabled', lastError: null, lastAttemptAt: Date.now() };
      await world.renew();
    });
    await stage.until('nothing is due any more', async () => ((await stage.alice()).dueAt ?? 0) > Date.now());
    expect((await stage.type('confsync status')).stdout).toMatch(/^due now +0$/m);
  },

  'freshness-slo-burn': isSlow,
  'freshness-slo-leak': isSlow,

  async 'overdue-work'(stage) {
    await stage.happens("renew-channels runs, and has not got to Alice's calendar for a quarter of an hour.", () =>
      isOverdue(stage, 15),
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^due now +1, the longest for (14m|15m)/m);
    expect(diagnosis).toMatch(/^broken +what is due: 1 thing due, one for (14m|15m)/m);
    await stage.happens('What kept it up is mended, and the next run goes on where the last one stopped.', () =>
      stage.world.renew(),
    );
    await stage.until('nothing is due any more', async () => ((await stage.alice()).dueAt ?? 0) > Date.now());
  },

  async 'unexpected-failures'(stage) {
    const { world } = stage;
    await stage.happens('A new version has a bug: it fails at every listing. Alice renames her meeting.', async () => {
      const failures = (): number => world.lines.filter(({ line }) => line === 'failure').length;
      const before = failures();
      world.configure({ google: { ...world.services.google, list: bug } });
      stage.rename('Under a bug');
      await stage.until('it fails', () => failures() > before);
    });
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^well +database/m);
    expect(diagnosis).toContain('No dead letter can be taken now.');
    await stage.happens('It is rolled back, and the message comes again by itself.', () => world.configure({}));
    await stage.arrives('Under a bug');
  },

  async crashes(stage) {
    await stage.happens('The worker dies of every message. Alice renames her meeting.', async () => {
      stage.world.health.worker = 'dies';
      await stage.renameInVain('Its worker died');
    });
    await stage.diagnose();
    await stage.happens('The deployment is rolled back, and the message comes again by itself.', () => {
      stage.world.health.worker = 'works';
    });
    await stage.arrives('Its worker died');
  },

  async 'Our own database was restored from a backup'(stage) {
    const { world } = stage;
    const restore = await stage.happens('A backup is made.', () => backUp(world));
    await stage.happens('Alice renames her meeting, and it arrives.', () => stage.rename('After the backup'));
    await stage.arrives('After the backup');
    const revision = (): number => world.conferences.get('c-1')?.revision ?? 0;
    const before = revision();
    await stage.happens('The database is restored from the backup.', restore);
    await stage.mitigate();
    await stage.until('everything is sent once more', () => revision() > before);
    await stage.arrives('After the backup');
  },
};
