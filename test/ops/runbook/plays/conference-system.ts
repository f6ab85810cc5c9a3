/** Plays of what goes wrong at the conference system. */
import { expect } from '@jest/globals';
import { Breaker } from '../../../../shared/domain/delivery/breaker.ts';
import { dueLater } from '../../../../shared/domain/delivery/notice.ts';
import { ALICE, EVENT, type Plays, type Stage, seen } from '../stage.ts';

/** The line of a list of what fails. */
const failing = (reason: string): RegExp => new RegExp(`^${ALICE} +${EVENT} +c-1 +change .*${reason}$`, 'm');

/** Alice's change meets a conference system that answers so. */
async function meets(stage: Stage, title: string, status: number): Promise<void> {
  stage.world.conferences.setBehaviour([status === 410 ? { kind: 'gone' } : { kind: 'fail', status }]);
  stage.rename(title);
  await stage.untilFailing(true);
}

/** The rest of a play in which deliveries fail for a passing reason. */
async function isMendedAndHastened(stage: Stage, title: string, mended: string): Promise<void> {
  await stage.happens(mended, () => {
    stage.world.conferences.setBehaviour([]);
    stage.world.configure({ breaker: new Breaker() });
  });
  const mitigation = await stage.mitigate();
  expect(seen(mitigation)).toContain('1 conference tried now');
  await stage.arrives(title);
  await stage.untilFailing(false);
  expect((await stage.type('confsync failures list --retrying')).stdout).toBe('No delivery fails.\n');
}

export const CONFERENCE_SYSTEM: Plays = {
  async 'conference-system-unavailable'(stage) {
    await stage.happens('The conference system answers 503 from now on, and Alice renames her meeting.', () =>
      meets(stage, 'While it was down', 503),
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(/^failing deliveries +1, once so far \(answered 503\), for /m);
    expect(diagnosis).toMatch(failing('answered 503'));
    await isMendedAndHastened(stage, 'While it was down', 'The conference system is back.');
  },

  async 'conference-key-refused'(stage) {
    await stage.happens('The conference system has got another key and answers 401. Alice renames her meeting.', () =>
      meets(stage, 'While the key was wrong', 401),
    );
    const diagnosis = seen(await stage.diagnose());
    expect(diagnosis).toMatch(failing('answered 401'));
    expect(diagnosis).toMatch(/^broken +webhook key: the conference system refuses who we are \(401 or 403\)/m);
    await isMendedAndHastened(
      stage,
      'While the key was wrong',
      'Both sides have the same key again; new instances have started.',
    );
  },

  async 'conference-endpoint-gone'(stage) {
    await stage.happens('The endpoint answers a bare 410. Alice renames her meeting.', () =>
      meets(stage, 'While it was gone', 410),
    );
    expect(seen(await stage.diagnose())).toMatch(failing('the endpoint answered 410 Gone'));
    await isMendedAndHastened(stage, 'While it was gone', 'The right address is set and applied; new instances start.');
  },

  async 'conferences-failing'(stage) {
    await stage.happens("The conference system fails at Alice's conference, and at no other.", async () => {
      stage.world.conferences.setBehaviour([{ kind: 'fail', status: 500, conferenceId: 'c-1' }]);
      stage.rename('It fails at this one');
      await stage.untilFailing(true);
    });
    expect(seen(await stage.diagnose())).toMatch(failing('answered 500'));
    await stage.happens('Whoever runs it has mended it.', () => stage.world.conferences.setBehaviour([]));
    await stage.type('confsync failures retry --retrying --all');
    await stage.arrives('It fails at this one');
    await stage.untilFailing(false);
  },

  async 'failed-bindings'(stage) {
    await stage.happens('The conference system refuses a change: it answers 422.', async () => {
      stage.world.conferences.setBehaviour([{ kind: 'reject', status: 422 }]);
      stage.rename('Refused first');
      await stage.until('it is refused', async () => {
        return (await stage.world.services.store.failedBindings({ after: null, limit: 1 })).length > 0;
      });
      // The receiver that the operator tries is another one.
      stage.world.conferences.setBehaviour([{ kind: 'reject', status: 422, conferenceId: 'c-1' }]);
    });
    const { CONFERENCE_WEBHOOK_URL, CONFERENCE_WEBHOOK_SECRET } = stage.world.env;
    const diagnosis = await stage.diagnose({
      'https://staging.example.com/hooks': CONFERENCE_WEBHOOK_URL,
      whsec_c2VjcmV0: CONFERENCE_WEBHOOK_SECRET,
    });
    const [listed, shown, deliveries, , answered, tested] = diagnosis;
    expect(listed?.stdout).toMatch(new RegExp(`^${ALICE} +${EVENT} +c-1 +update .* answered 422$`, 'm'));
    expect(shown?.stdout).toMatch(/^standing +refused$/m);
    expect(deliveries?.stdout).toMatch(/ refused .* answered 422$/m);
    expect(answered).toMatchObject({ code: 0, stdout: expect.stringMatching(/^answer +200/m) });
    expect(tested?.stdout).toContain(', 0 failed');
    await stage.happens('The conference system is mended.', () => stage.world.conferences.setBehaviour([]));
    const [trial, retried] = await stage.mitigate();
    expect(trial?.stdout).toContain('Would offer 1 refused change');
    expect(retried?.stdout).toContain('1 change on the way again');
    await stage.arrives('Refused first');
    expect((await stage.type('confsync failures list')).stdout).toBe('Nothing was refused.\n');
  },

  async 'notices-failing'(stage) {
    const { services } = stage.world;
    stage.world.configure({ policy: { ...services.policy, tellsOfCalendars: true } });
    await stage.happens('The conference system fails at messages about calendars, and Alice is followed.', async () => {
      stage.world.conferences.setBehaviour([{ kind: 'fail', status: 500 }]);
      await stage.change({ notice: null });
      await stage.type('confsync sync alice@example.com');
      await stage.until('it has failed', async () => (await stage.alice()).notice?.telling?.attempts === 1);
    });
    expect(seen(await stage.diagnose())).toMatch(/^told of +connected, .*; not told after 1 attempt, tried again in /m);
    await stage.happens('Whoever runs it has mended it, and the time of the next attempt comes.', async () => {
      stage.world.conferences.setBehaviour([]);
      const { notice } = await stage.alice();
      const now = Date.now();
      await stage.change({ notice: notice && dueLater(notice, now), dueAt: now });
      await stage.world.renew();
    });
    await stage.until('it is told', async () => (await stage.alice()).notice?.telling === null);
    expect((await stage.type(`confsync calendars show ${ALICE}`)).stdout).toMatch(/^told of +connected, [^;]*$/m);
    stage.world.configure({ policy: services.policy });
    await stage.change({ notice: null });
  },

  async 'The conference system was restored from a backup'(stage) {
    const title = stage.title() ?? '';
    await stage.happens('The conference system has forgotten every conference.', () =>
      stage.world.conferences.forgetAll(),
    );
    const [trial, asked] = await stage.mitigate();
    expect(trial?.stdout).toContain('Would send to the conference system again all that is on 1 calendar');
    expect(asked?.stdout).toContain('1 calendar asked');
    await stage.arrives(title);
  },
};
