/** Every section of the runbook is played, by exactly one play. */
import { expect, test } from '@jest/globals';
import { CALENDARS } from './plays/calendars.ts';
import { CHANNELS } from './plays/channels.ts';
import { CONFERENCE_SYSTEM } from './plays/conference-system.ts';
import { FUNCTIONS } from './plays/functions.ts';
import { QUEUE } from './plays/queue.ts';
import { HEADINGS } from './section.ts';

test('each heading of the runbook has one play, and no play has lost its heading', () => {
  const played = [CALENDARS, CHANNELS, CONFERENCE_SYSTEM, FUNCTIONS, QUEUE].flatMap((plays) => Object.keys(plays));
  expect(HEADINGS.length).toBeGreaterThan(30);
  expect([...played].sort()).toEqual([...HEADINGS].sort());
});
