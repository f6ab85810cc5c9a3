/** Plays a room of the runbook, one section a test, over one installation on the emulators. */
import { afterAll, beforeEach, test } from '@jest/globals';
import { describeWithEmulators } from '../../emulators.ts';
import { type Plays, Stage } from './stage.ts';
import { keepSection, putTogether } from './transcript.ts';

const PATIENCE_MS = 120_000;

/** See the file's head. */
export function playRoom(room: string, plays: Plays): void {
  describeWithEmulators(`the runbook, played: ${room}`, ['firestore', 'pubsub'], (hosts) => {
    let stage: Stage | undefined;
    // What a play that failed has left behind is no stage for the next one.
    beforeEach(async () => {
      stage ??= await Stage.open(hosts);
    }, PATIENCE_MS);
    afterAll(async () => {
      putTogether();
      await stage?.close();
    }, PATIENCE_MS);

    test.each(Object.entries(plays))(
      '%s',
      async (heading, play) => {
        if (stage === undefined) throw new Error('the stage did not open');
        const { transcript, failure } = await stage.play(heading, play);
        keepSection(heading, transcript);
        if (failure === null) return;
        await stage.close();
        stage = undefined;
        throw failure;
      },
      PATIENCE_MS,
    );
  });
}
