/** A user of Google's recipe is taken over: his calendars are followed, then his triggers and his sync token go. */
import { expect, test } from '@jest/globals';
import { ALICE } from '../sandbox/calendar/world.ts';
import { json, openAddOn } from './add-on-world.ts';

const TEAM = 'team@group.calendar.google.com';

/** A user with the recipe's triggers and another one. */
function openWithTriggers(options: Parameters<typeof openAddOn>[0] = {}) {
  const addOn = openAddOn({ config: { hasRecipeTriggers: true }, ...options });
  const { services } = addOn.script;
  services.triggers = [
    { id: 't1', handlerFunction: 'syncEvents', sourceId: ALICE },
    { id: 't2', handlerFunction: 'syncEvents', sourceId: TEAM },
    { id: 't3', handlerFunction: 'sendDigest', sourceId: ALICE },
  ];
  services.properties.set('syncToken', 'CPDAlvWDx70CEPDAlvWDx70CGAU=');
  services.properties.set('theirs', 'kept');
  return { ...addOn, services };
}

test("by the next change of an event, since the recipe's trigger still fires", async () => {
  const addOn = openWithTriggers();
  expect(await addOn.script.run('syncEvents', { calendarId: ALICE })).toMatchObject({ kind: 'value' });
  expect(addOn.asked.map(({ path, body }) => [path, body])).toEqual([
    ['calendars', { calendarId: ALICE }],
    ['calendars', { calendarId: TEAM }],
  ]);
  expect(addOn.services.triggers.map(({ id }) => id)).toEqual(['t3']);
  expect([...addOn.services.properties.keys()]).toEqual(['theirs']);
});

test('a calendar that cannot be followed yet keeps its trigger, and the next change tries again', async () => {
  let isDown = true;
  const addOn = openWithTriggers({
    answer: ({ body }) => (isDown && body.calendarId === TEAM ? json(503, { reason: 'maintenance' }) : undefined),
  });
  await addOn.script.run('syncEvents');
  expect(addOn.services.triggers.map(({ id }) => id)).toEqual(['t2', 't3']);
  expect(addOn.services.properties.has('syncToken')).toBe(true);
  expect(addOn.errors().join()).toContain('is not followed yet, its trigger stays');
  isDown = false;
  await addOn.script.run('syncEvents');
  expect(addOn.services.triggers.map(({ id }) => id)).toEqual(['t3']);
  expect(addOn.services.properties.has('syncToken')).toBe(false);
});

test('wherever the script dies, a trigger is gone only if its calendar is followed', async () => {
  let deaths = 0;
  for (let call = 1; ; call++) {
    const addOn = openWithTriggers();
    const result = await addOn.script.run('syncEvents', {}, { call, when: 'before' });
    const followed = addOn.asked.map(({ body }) => body.calendarId);
    for (const [id, calendarId] of [
      ['t1', ALICE],
      ['t2', TEAM],
    ]) {
      if (!addOn.services.triggers.some((trigger) => trigger.id === id)) expect(followed).toContain(calendarId);
    }
    if (result.kind !== 'died') break;
    deaths++;
  }
  expect(deaths).toBeGreaterThan(5);
}, 60_000);

test('the scope for triggers is asked of users only while there are triggers to remove', async () => {
  const addOn = openWithTriggers({ config: { hasRecipeTriggers: false } });
  expect(await addOn.script.run('syncEvents')).toMatchObject({
    kind: 'exception',
    message: expect.stringContaining('script.scriptapp'),
  });
});
