import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { fieldsOf } from '../../../sandbox/console/seen-event.ts';
import { describeWithBrowser } from './browser.ts';
import { type OpenedConsole, openConsole } from './open-console.ts';

const OWN = 'alice@example.com';
const DAY_MS = 86_400_000;
/** Long enough for a lease to end and a retry to come, short enough for a test. */
const HEAL_MS = 20_000;

describeWithBrowser('the console page over the whole sandbox', () => {
  let opened: OpenedConsole;
  let page: Page;
  let root: string;
  let problems: string[];

  beforeAll(async () => {
    const env = {
      CANCEL_GRACE_SECONDS: '1',
      RECONCILE_INTERVAL_SECONDS: '4',
      RECONCILE_UNPROVEN_SECONDS: '4',
      LEASE_SECONDS: '3',
      DELIVERY_RETRY_SECONDS: '1',
    };
    opened = await openConsole({ env }, { viewport: { width: 1366, height: 768 }, timezoneId: 'UTC' });
    ({ page, root, problems } = opened);
    await page.getByRole('button', { name: 'Follow this calendar' }).click();
    await page.locator('#follow-state', { hasText: 'channel proven' }).waitFor();
  }, 60_000);

  afterAll(() => opened?.close(), 30_000);

  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
  });

  test('an event drawn with the mouse gets a conference that its system knows', async () => {
    await draw(1, 9, 2);
    await page.getByLabel('Title').fill('Drawn');
    await page.keyboard.press('Enter');
    await row('Drawn', 'in-step').waitFor();
    expect(await startsOf('Drawn')).toEqual([Date.parse(`${dayOf(1)}T09:00:00Z`)]);
    expect(await startThere('Drawn')).toBe(Date.parse(`${dayOf(1)}T09:00:00Z`));
    // What the add-on of this repository returned: its vendor's entry points of all kinds.
    expect(await conferenceDataOf('Drawn')).toMatchObject({
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video' }, { entryPointType: 'phone', pin: '4711' }, { entryPointType: 'more' }],
    });
  });

  test('an event that has none gets a conference from the add-on, and another one of another kind', async () => {
    await insert('Plain', 1, 15, undefined, false);
    await chooseConference('Plain', 'My Web Conference');
    await row('Plain', 'in-step').waitFor();
    const { conferenceId } = await conferenceDataOf('Plain');
    await chooseConference('Plain', 'My Recorded Web Conference');
    await page
      .locator('.conference', { hasText: String(conferenceId) })
      .and(page.locator('[data-state="ended"]'))
      .waitFor();
    await row('Plain', 'in-step').waitFor();
    const then = await conferenceDataOf('Plain');
    expect(then.conferenceId).not.toBe(conferenceId);
    expect(then.conferenceSolution).toMatchObject({ name: 'My Recorded Web Conference' });
    expect(await startThere('Plain')).toBe((await startsOf('Plain'))[0]);
  }, 40_000);

  test('an event moved with the mouse is followed, and its way is shown to the end', async () => {
    await insert('Moved', 2, 9);
    await row('Moved', 'in-step').waitFor();
    await moveDown(event('Moved'), 2);
    await change('Moved Moved', 'done').waitFor();
    await row('Moved', 'in-step').waitFor();
    const [start = 0] = await startsOf('Moved');
    expect(start).toBeGreaterThan(Date.parse(`${dayOf(2)}T10:00:00Z`));
    expect(await startThere('Moved')).toBe(start);
    expect(await change('Moved Moved', 'done').locator('.stop.reached').count()).toBe(4);
  });

  test('an edit whose notification is lost shows as a mismatch, and heals by itself', async () => {
    await insert('Unheard', 3, 9);
    await row('Unheard', 'in-step').waitFor();
    await fault('calendar-drop-next');
    await rename('Unheard', 'Unheard of');
    await row('Unheard', 'mismatch').waitFor();
    await page.locator('[data-event].mismatch', { hasText: 'Unheard of' }).waitFor();
    await row('Unheard of', 'in-step').waitFor({ timeout: HEAL_MS });
  }, 40_000);

  test('after the sync tokens expired the next edit is followed all the same', async () => {
    await insert('Tokens', 4, 9);
    await row('Tokens', 'in-step').waitFor();
    await fault('expire-tokens');
    await moveDown(event('Tokens'), 1);
    await change('Moved Tokens', 'done').waitFor({ timeout: HEAL_MS });
    expect(await startThere('Tokens')).toBe((await startsOf('Tokens'))[0]);
    expect(await startThere('Tokens')).not.toBe(Date.parse(`${dayOf(4)}T09:00:00Z`));
  }, 40_000);

  test('an edit is followed though the worker dies over it', async () => {
    await insert('Killed', 5, 9);
    await row('Killed', 'in-step').waitFor();
    await fault('kill');
    await moveDown(event('Killed'), 1);
    await change('Moved Killed', 'done').waitFor({ timeout: HEAL_MS });
    await row('Killed', 'in-step').waitFor();
    expect(await startThere('Killed')).toBe((await startsOf('Killed'))[0]);
    expect(await startThere('Killed')).not.toBe(Date.parse(`${dayOf(5)}T09:00:00Z`));
  }, 40_000);

  test('a refused change stays a failed binding until it is tried again', async () => {
    await insert('Refused', 6, 9);
    await row('Refused', 'in-step').waitFor();
    await fault('conference-reject');
    await rename('Refused', 'Refused once');
    await page.locator('#trouble').getByRole('button', { name: 'Try again' }).waitFor();
    await row('Refused', 'mismatch').waitFor();
    await fault('conference-reject');
    await page.locator('#trouble').getByRole('button', { name: 'Try again' }).click();
    await row('Refused once', 'in-step').waitFor({ timeout: HEAL_MS });
    await page.locator('#trouble').waitFor({ state: 'hidden' });
  }, 40_000);

  test('one occurrence moved by mouse leaves the series as it was, and all of them move on request', async () => {
    await insert('Daily', 0, 14, ['RRULE:FREQ=DAILY;COUNT=5']);
    await row('Daily', 'in-step').waitFor();
    await moveDown(event('Daily').nth(2), 1);
    await page.getByRole('button', { name: 'This event' }).click();
    await change('Moved Daily', 'done').waitFor();
    await row('Daily', 'in-step').waitFor();
    const [first = 0, , third = 0] = await startsOf('Daily');
    expect(first).toBe(Date.parse(`${dayOf(0)}T14:00:00Z`));
    expect(third).toBeGreaterThan(Date.parse(`${dayOf(2)}T14:00:00Z`));
    expect(await conference('Daily')).toMatchObject({ occurrences: [{ state: 'updated' }] });
    await moveDown(event('Daily').nth(0), 2);
    await page.getByRole('button', { name: 'All events' }).click();
    await change('Moved Daily', 'done').nth(1).waitFor();
    await row('Daily', 'in-step').waitFor();
    const [firstThen = 0, secondThen = 0] = await startsOf('Daily');
    expect(firstThen).toBeGreaterThan(first);
    expect(secondThen - firstThen).toBe(DAY_MS);
    expect(await startThere('Daily')).toBe(firstThen);
  }, 40_000);

  test('a series cut in two keeps its one conference', async () => {
    await insert('Cut', 0, 18, ['RRULE:FREQ=DAILY;COUNT=4']);
    await row('Cut', 'in-step').waitFor();
    await moveDown(event('Cut').nth(2), 1);
    await page.getByRole('button', { name: 'This and following' }).click();
    await page
      .locator('.conference', { hasText: '2 events' })
      .filter({ hasText: 'Cut' })
      .and(page.locator('.in-step'))
      .waitFor();
    expect(await event('Cut').count()).toBe(4);
    expect(await conference('Cut')).toMatchObject({ state: 'active' });
  }, 40_000);

  test('everything can be done by keyboard, and Escape leaves all as it was', async () => {
    await page.getByRole('button', { name: 'New event' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Typed');
    await page.keyboard.press('Enter');
    await row('Typed', 'in-step').waitFor();
    await openByKeyboard('Typed');
    await page.getByLabel('Title').fill('Never saved');
    await page.keyboard.press('Escape');
    await page.locator('#event-dialog').waitFor({ state: 'hidden' });
    expect(await event('Typed').count()).toBe(1);
    await openByKeyboard('Typed');
    await page.getByRole('button', { name: 'Delete' }).focus();
    await page.keyboard.press('Enter');
    await row('Typed', 'ended').waitFor({ timeout: HEAL_MS });
    expect(await conference('Typed')).toMatchObject({ state: 'cancelled' });
  }, 60_000);

  test('an event can end at midnight', async () => {
    await page.getByRole('button', { name: 'New event' }).click();
    await page.getByLabel('Title').fill('Late');
    await page.getByLabel('From').fill('23:00');
    await page.getByLabel('To', { exact: true }).fill('00:00');
    await page.keyboard.press('Enter');
    await row('Late', 'in-step').waitFor();
    const { start, end } = fieldsOf(await conference('Late'));
    const [began, ended] = [start, end].map((time) => Date.parse(String(fieldsOf(time).dateTime)));
    expect(Number(ended) - Number(began)).toBe(3_600_000);
  }, 60_000);

  /** The page draws an event anew when its state changes, and a key that comes just then goes nowhere: as a person does, press it again. */
  async function openByKeyboard(title: string): Promise<void> {
    const dialog = page.locator('#event-dialog');
    for (let attempt = 0; attempt < 10 && !(await dialog.isVisible()); attempt++) {
      await event(title).focus();
      await page.keyboard.press('Enter');
      await dialog.waitFor({ timeout: 2_000 }).catch(() => undefined);
    }
  }

  test('a calendar added on the page is followed from its first event on', async () => {
    await page.getByRole('button', { name: 'Add a calendar' }).click();
    await page.getByLabel('Address').fill('carol@example.com');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'carol', pressed: true }).waitFor();
    await page.locator('#follow-state', { hasText: 'followed' }).waitFor();
    await draw(2, 9, 1);
    await page.getByLabel('Title').fill('Carol’s own');
    await page.keyboard.press('Enter');
    await row('Carol’s own', 'in-step').waitFor();
  }, 40_000);

  test('the page fits a laptop screen, and its words can be read on their grounds, in light and dark', async () => {
    const scrolls =
      'document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth';
    expect(await page.evaluate(scrolls)).toBe(false);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const poor = [];
      for (const [words, ground] of WORDS_ON_GROUNDS) {
        const ratio = contrast(await colour(words), await colour(ground));
        if (ratio < 4.5) poor.push(`${colorScheme}: ${words} on ${ground} ${ratio.toFixed(2)}`);
      }
      expect(poor).toEqual([]);
    }
  });

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${root}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async function chooseConference(title: string, solutionName: string): Promise<void> {
    await event(title).click();
    await page.locator('#event-dialog select[name="conference"]').selectOption(solutionName);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#event-dialog').waitFor({ state: 'hidden' });
  }

  /** What the event of this title carries, according to the Calendar API. */
  async function conferenceDataOf(title: string): Promise<Readonly<Record<string, unknown>>> {
    const { items } = fieldsOf(await call('GET', `/calendar/v3/calendars/${OWN}/events?q=${title}`));
    return fieldsOf(fieldsOf(Array.isArray(items) ? items[0] : undefined).conferenceData);
  }

  /** An event of one hour on a day of the shown week, with a conference unless it is to have none. */
  async function insert(
    summary: string,
    day: number,
    hour: number,
    recurrence?: readonly string[],
    hasConference = true,
  ): Promise<void> {
    const at = (clock: number): object => ({
      dateTime: `${dayOf(day)}T${String(clock).padStart(2, '0')}:00:00Z`,
      timeZone: 'UTC',
    });
    const conferenceId = `c-${summary.toLowerCase()}`;
    const entryPoints = [{ entryPointType: 'video', uri: `https://meet.example.com/${conferenceId}` }];
    const conferenceSolution = { key: { type: 'addOn' }, name: 'My Web Conference' };
    await call('POST', `/calendar/v3/calendars/${OWN}/events?conferenceDataVersion=1`, {
      summary,
      start: at(hour),
      end: at(hour + 1),
      ...(recurrence !== undefined && { recurrence }),
      ...(hasConference && { conferenceData: { conferenceId, conferenceSolution, entryPoints } }),
    });
    await event(summary).first().waitFor();
  }

  async function conference(title: string): Promise<unknown> {
    const all = await call('GET', '/conference/conferences');
    return Array.isArray(all) ? all.findLast((one) => one.title === title) : undefined;
  }

  /** Where the conference system believes it to start, in Unix milliseconds. */
  async function startThere(title: string): Promise<number> {
    const found = fieldsOf(await conference(title));
    return Date.parse(String(fieldsOf(found.start).dateTime));
  }

  /** When the events of this title start according to the Calendar API, in order. */
  async function startsOf(title: string): Promise<number[]> {
    const query = `singleEvents=true&orderBy=startTime&timeMin=${dayOf(0)}T00:00:00Z`;
    const { items } = fieldsOf(await call('GET', `/calendar/v3/calendars/${OWN}/events?${query}`));
    const events: readonly unknown[] = Array.isArray(items) ? items : [];
    const own = events.map(fieldsOf).filter(({ summary }) => summary === title);
    return own.map(({ start }) => Date.parse(String(fieldsOf(start).dateTime)));
  }

  function event(title: string): Locator {
    return page.locator('[data-event]', { hasText: title });
  }

  function row(title: string, state: string): Locator {
    const exact = page.locator('.title', { hasText: new RegExp(`^${title}$`) });
    return page.locator(`.conference[data-state="${state}"]`, { has: exact });
  }

  function change(words: string, outcome: string): Locator {
    return page.locator(`#change-rows tr[data-outcome="${outcome}"]`, { hasText: words });
  }

  async function fault(id: string): Promise<void> {
    await page.locator(`[data-fault="${id}"]`).click();
  }

  async function rename(from: string, to: string): Promise<void> {
    await event(from).click();
    await page.getByLabel('Title').fill(to);
    await page.keyboard.press('Enter');
    await event(to).waitFor();
  }

  /** Draws over free time of a day, from an hour on. */
  async function draw(day: number, hour: number, hours: number): Promise<void> {
    const clock = `${String(hour).padStart(2, '0')}:00`;
    await toMiddle(page.locator('#week').getByText(clock, { exact: true }));
    const slot = await boxOf(page.locator('#week').getByText(clock, { exact: true }));
    const column = await boxOf(
      page
        .locator('#week')
        .getByText(/^[A-Z][a-z]{2} \d+$/)
        .nth(day),
    );
    const height = await hourHeight();
    await drag({ x: column.x + column.width / 2, y: slot.y + 4 }, height * hours - 10);
  }

  async function moveDown(shown: Locator, hours: number): Promise<void> {
    await toMiddle(shown);
    const box = await boxOf(shown);
    // From just below a line of the grid to just below another, so that no rounding decides.
    await drag({ x: box.x + box.width / 2, y: box.y + box.height / 2 + 1 }, (await hourHeight()) * hours + 3);
  }

  async function drag(from: { x: number; y: number }, down: number): Promise<void> {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x, from.y + 8, { steps: 3 });
    await page.mouse.move(from.x, from.y + down, { steps: 5 });
    await page.mouse.up();
  }

  async function toMiddle(shown: Locator): Promise<void> {
    await shown.evaluate((one: { scrollIntoView(place: object): void }) => one.scrollIntoView({ block: 'center' }));
  }

  async function hourHeight(): Promise<number> {
    const [noon, next] = ['12:00', '13:00'].map((clock) => page.locator('#week').getByText(clock, { exact: true }));
    return noon === undefined || next === undefined ? 0 : (await boxOf(next)).y - (await boxOf(noon)).y;
  }

  async function boxOf(shown: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await shown.boundingBox();
    if (box === null) throw new Error('it is not shown');
    return box;
  }

  async function colour(name: string): Promise<readonly number[]> {
    const read = `(() => {
      const probe = document.createElement('p');
      probe.style.color = 'var(--${name})';
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    })()`;
    const text = String(await page.evaluate(read));
    return (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  }
});

const WORDS_ON_GROUNDS = [
  ['text', 'panel'],
  ['text', 'sunken'],
  ['text', 'ground'],
  ['muted', 'panel'],
  ['muted', 'sunken'],
  ['muted', 'ground'],
  ['accent-text', 'accent'],
  ['good', 'good-ground'],
  ['moving', 'moving-ground'],
  ['bad', 'bad-ground'],
  ['bad', 'panel'],
  ['over', 'over-ground'],
  ['text', 'good-ground'],
  ['text', 'bad-ground'],
  ['text', 'moving-ground'],
  ['muted', 'over-ground'],
  ['muted', 'good-ground'],
  ['muted', 'moving-ground'],
  ['muted', 'bad-ground'],
] as const;

/** The date of a day of this week, Monday being 0. */
function dayOf(day: number): string {
  const today = new Date();
  const monday = today.getTime() - ((today.getUTCDay() + 6) % 7) * DAY_MS;
  return new Date(monday + day * DAY_MS).toISOString().slice(0, 10);
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: readonly number[], other: readonly number[]): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
