/** Plays of what keeps Google's notifications from us. */
import { expect } from '@jest/globals';
import { SETTINGS } from '../../../../shared/config/settings.ts';
import { ALICE, type Plays, type Stage, seen } from '../stage.ts';

const HOUR = 3_600_000;
/** More than strangers send. */
const EDITS = 12;

/** The next run of renew-channels opens what was made due, and Google notifies us again. */
async function isNotifiedAgain(stage: Stage, title: string): Promise<void> {
  const before = (await stage.alice()).channel?.id;
  await stage.happens('A minute later renew-channels runs.', () => stage.world.renew());
  expect((await stage.alice()).channel?.id).not.toBe(before);
  await stage.arrives(title);
}

export const CHANNELS: Plays = {
  async 'notifications-refused'(stage) {
    await stage.happens(
      'The ring CHANNEL_TOKEN_KEYS lost its key. Alice renames her meeting again and again.',
      async () => {
        const { channels } = stage.world.services;
        stage.world.configure({ channels: { ...channels, keys: ['another key for channel tokens of tests'] } });
        for (let edit = 1; edit <= EDITS; edit++) {
          await stage.untilLogged('refused', () => stage.rename(`While the key was lost: ${edit}`));
        }
      },
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^broken +channel key: 12 notifications of the last hour had a wrong token/m);
    const [trial, renewed] = await stage.mitigate();
    expect(trial?.stdout).toContain('Nothing was changed.');
    expect(renewed?.stdout).toContain('1 calendar');
    await isNotifiedAgain(stage, `While the key was lost: ${EDITS}`);
  },

  async 'receiver-unreachable'(stage) {
    await stage.happens("Google's own door in front of the receiver is shut. Alice renames her meeting.", async () => {
      stage.world.health.isReceiverShut = true;
      stage.rename('Behind a shut door');
    });
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^broken +receiver: RECEIVER_URL .* answers 403: Google is not let in$/m);
    await stage.happens('`terraform apply` grants roles/run.invoker to allUsers again.', () => {
      stage.world.health.isReceiverShut = false;
    });
    await stage.mitigate();
    await isNotifiedAgain(stage, 'Behind a shut door');
  },

  async 'channels-about-to-expire'(stage) {
    // An hour after the alert has begun to count it, so that the commands of the page have to look as far ahead as the alert.
    const endsInHours = Number(SETTINGS.CHANNEL_RENEWAL_MARGIN_SECONDS.fallback) / 3_600 / 2 - 1;
    await stage.happens(
      `Every attempt to renew Alice's channel has failed; it ends in ${endsInHours} hours.`,
      async () => {
        const { channel } = await stage.alice();
        if (channel === null) throw new Error('she has a channel');
        await stage.change({ channel: { ...channel, expiresAt: Date.now() + endsInHours * HOUR } });
      },
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(new RegExp(`^${ALICE} +in (${endsInHours - 1}h 59m|${endsInHours}h)`, 'm'));
    await stage.happens('What `doctor` named is mended.', () => undefined);
    const [trial, renewed] = await stage.mitigate();
    expect(trial?.stdout).toContain('Nothing was changed.');
    expect(renewed?.stdout).toContain('1 calendar');
    await stage.happens('A minute later renew-channels runs.', () => stage.world.renew());
    expect((await stage.type('confsync channels list --within 24h')).stdout).toBe(
      'No channel ends within that time.\n',
    );
  },

  async 'calendars-without-channel'(stage) {
    await stage.happens('Google opened no channel for Alice.', () => stage.change({ channel: null }));
    expect(seen(await stage.diagnose())).toMatch(new RegExp(`^${ALICE} +no channel`, 'm'));
    await stage.type(`confsync channels renew ${ALICE}`);
    await stage.happens('A minute later renew-channels runs.', () => stage.world.renew());
    expect((await stage.type('confsync channels list --within 24h')).stdout).toBe(
      'No channel ends within that time.\n',
    );
  },

  async 'push-path-dying'(stage) {
    await stage.happens(
      "Alice's channel has died: nothing was notified for two days, and an edit is not noticed.",
      async () => {
        const { channel } = await stage.alice();
        if (channel === null) throw new Error('she has a channel');
        await stage.change({ channel: { ...channel, provenAt: Date.now() - 48 * HOUR } });
        stage.renameUnnoticed('On a dead channel');
      },
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(new RegExp(`^${ALICE} +in .* 2d ago$`, 'm'));
    await stage.mitigate();
    await isNotifiedAgain(stage, 'On a dead channel');
  },
};
