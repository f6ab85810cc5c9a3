/** Plays of what goes wrong with the topic and its subscriptions. */
import { expect } from '@jest/globals';
import type { Lane } from '../../../../shared/domain/notification/work-message.ts';
import { ALICES, type Plays, type Stage, seen } from '../stage.ts';

const MINUTE = 60_000;

/** Publishes text that is no message of ours, and waits until it is parked. */
async function poison(stage: Stage): Promise<void> {
  const { pubsub, topic } = stage.world;
  const before = stage.letters();
  const messages = [{ data: Buffer.from('not JSON'), attributes: { lane: 'live', calendar: ALICES } }];
  await pubsub.publisher.publish({ topic: pubsub.topicName(topic), messages });
  await stage.until('it is parked', () => stage.letters() > before);
}

/** Points a lane's subscription somewhere else; an address where nobody answers in place of the worker's. */
async function pushTo(stage: Stage, lane: Lane, pushEndpoint: string): Promise<void> {
  const { pubsub, topic } = stage.world;
  const subscription = pubsub.subscriptionName(`${topic}-${lane}`);
  await pubsub.subscriber.modifyPushConfig({ subscription, pushConfig: { pushEndpoint } });
}

const NOBODY = 'http://127.0.0.1:9';

export const QUEUE: Plays = {
  async 'oldest-message'(stage) {
    const { operator, world } = stage;
    operator.furtherRoles = ['roles/pubsub.viewer'];
    await stage.happens(
      'Somebody pointed the live subscription elsewhere seven minutes ago. Alice renames her meeting.',
      async () => {
        await pushTo(stage, 'live', NOBODY);
        stage.rename('It waited');
        operator.facts.live = { messages: 1, oldestAgeMs: 7 * MINUTE };
      },
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^live lane +1 waiting, the oldest for 7m/m);
    expect(diagnosis).toMatch(/^! an edit has waited 7m/m);
    expect(diagnosis).toMatch(/^broken +push endpoint of the live lane: .* cannot be reached/m);
    await stage.happens('`terraform apply` sets it right.', async () => {
      await pushTo(stage, 'live', world.workers.live.url);
      operator.facts.live = { messages: 0, oldestAgeMs: 0 };
    });
    await stage.arrives('It waited');
  },

  async 'live-lane-dead'(stage) {
    const { pubsub, topic } = stage.world;
    stage.operator.furtherRoles = ['roles/pubsub.viewer'];
    await stage.happens('The live subscription was deleted. Alice renames her meeting.', async () => {
      await pubsub.subscriber.deleteSubscription({ subscription: pubsub.subscriptionName(`${topic}-live`) });
      await stage.untilLogged('accepted', () => stage.rename('Without a subscription'));
    });
    expect(seen(await stage.diagnose())).toMatch(/^broken +subscription conference-sync-work-live: it does not exist/m);
    await stage.happens('`terraform apply` makes it again.', () => stage.world.makeQueue());
    const [trial, asked] = await stage.mitigate();
    expect(trial?.stdout).toContain('Would sync 1 calendar once more');
    expect(asked?.stdout).toContain('1 calendar asked to sync once more');
    await stage.arrives('Without a subscription');
  },

  async 'upkeep-behind'(stage) {
    const { operator, world } = stage;
    operator.furtherRoles = ['roles/pubsub.viewer'];
    await stage.happens('The upkeep lane has been stuck for two hours.', async () => {
      await pushTo(stage, 'upkeep', NOBODY);
      operator.facts.upkeep = { messages: 212, oldestAgeMs: 120 * MINUTE };
    });
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^upkeep lane +212 waiting, the oldest for 2h/m);
    expect(diagnosis).toMatch(/^! a message has waited 2h/m);
    await stage.happens("People's edits are not held up by it.", () => stage.rename('On the live lane'));
    await stage.arrives('On the live lane');
    await stage.happens('`terraform apply` sets it right.', () => pushTo(stage, 'upkeep', world.workers.upkeep.url));
  },

  async 'notifications-not-queued'(stage) {
    const { pubsub, topic } = stage.world;
    stage.operator.furtherRoles = ['roles/pubsub.viewer'];
    await stage.happens(
      'The work topic was deleted. Alice renames her meeting, and Google gives up notifying of it.',
      async () => {
        await pubsub.publisher.deleteTopic({ topic: pubsub.topicName(topic) });
        for (const name of ['live', 'upkeep', 'replay'])
          await pubsub.subscriber.deleteSubscription({ subscription: pubsub.subscriptionName(`${topic}-${name}`) });
        stage.renameUnnoticed('While the topic was lost');
      },
    );
    expect(seen(await stage.diagnose())).toMatch(/^broken +topic conference-sync-work: /m);
    await stage.happens('`terraform apply` makes it again.', () => stage.world.makeQueue());
    const [trial, asked] = await stage.mitigate();
    expect(trial?.stdout).toMatch(/Would sync 1 calendar, 500 a minute, which takes /);
    expect(asked?.stdout).toContain('1 calendar asked to sync');
    await stage.arrives('While the topic was lost');
  },

  async 'dead-letters'(stage) {
    await stage.happens('Somebody else publishes on the work topic what is no message of ours.', () => poison(stage));
    const { stdout } = await stage.operator.type(['dead-letters', 'list', '--json']);
    const { deadLetters } = JSON.parse(stdout) as { deadLetters: readonly { id: string }[] };
    const diagnosis = await stage.diagnose({ '12': deadLetters[0]?.id ?? '' });
    expect(seen(diagnosis)).toContain('work message: not JSON');
    const before = stage.letters();
    const mitigation = await stage.mitigate();
    expect(mitigation[1]?.stdout).toContain('1 dead letter sent again');
    await stage.until('what is still poison comes back', () => stage.letters() > before);
    expect((await stage.type('confsync dead-letters drop --all')).stdout).toContain('1 dead letter forgotten');
  },

  async 'A bad deployment was replayed'(stage) {
    await stage.happens(
      'A bad version acknowledges every message and does nothing. Alice renames her meeting.',
      async () => {
        stage.world.health.worker = 'does nothing';
        await stage.renameInVain('Under a bad version');
      },
    );
    await stage.happens('It is rolled back. One message of it was parked.', async () => {
      stage.world.health.worker = 'works';
      await poison(stage);
    });
    expect(stage.title()).not.toBe('Under a bad version');
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^! 1 dead letter$/m);
    const mitigation = await stage.mitigate();
    expect(mitigation[0]?.stdout).toContain('Would sync 1 calendar once more');
    expect(mitigation[1]?.stderr).toMatch(/\d+ messages? came down to 1 calendar/);
    await stage.arrives('Under a bad version');
    await stage.operator.type(['dead-letters', 'drop', '--all']);
  },
};
