/** A user connects, takes his consent back and connects again, in a real browser, and his conferences follow or wait accordingly. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { meeting } from '../meeting.ts';
import { describeWithBrowser } from './browser.ts';
import { type OpenedConsole, openConsole } from './open-console.ts';

const OWN = 'alice@example.com';

describeWithBrowser('connecting from the console', () => {
  let opened: OpenedConsole;
  let page: Page;
  let root: string;

  beforeAll(async () => {
    opened = await openConsole();
    ({ page, root } = opened);
  }, 60_000);

  afterAll(() => opened?.close(), 30_000);

  /** Through the consent page of the simulated Google, and back. */
  async function goThrough(button: string, decision: string): Promise<void> {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('button', { name: decision }).click();
    await page.locator('#connection.live').waitFor();
  }

  /** A person writes to his calendar, somewhere else than on this page. */
  async function write(method: string, path: string, body: object): Promise<void> {
    const answer = await fetch(`${root}/calendar/v3/calendars/${OWN}/events${path}?conferenceDataVersion=1`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  }

  test('who says no is not connected, and can try again', async () => {
    await goThrough('Connect', 'Deny');
    await page.getByText('Not connected: denied.').waitFor();
    await page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
    expect(page.url()).toBe(`${root}/`);
  }, 60_000);

  test('who has connected is followed, and the product is told', async () => {
    await goThrough('Connect', 'Allow');
    await page.getByText('Connected.', { exact: true }).waitFor();
    await page.locator('#follow-state', { hasText: /^followed/ }).waitFor();
    await page.getByText(`${OWN}: told "connected", answered 200`).waitFor();
    await write('POST', '', meeting('c-1', { id: 'planning' }));
    await page.locator('.conference[data-state="in-step"]', { hasText: 'Planning' }).waitFor();
  }, 60_000);

  test('who takes his consent back is not followed any more, and the product is told why', async () => {
    await page.getByRole('button', { name: 'Revoke at Google' }).click();
    await write('PATCH', '/planning', { summary: 'Planning of spring' });
    await page.getByText(`${OWN}: told "disconnected (revoked)", answered 200`).waitFor();
    await page.locator('#follow-state.bad').waitFor();
    await page
      .locator('.conference', { hasText: 'Planning' })
      .and(page.locator(':not([data-state="in-step"])'))
      .waitFor();
  }, 60_000);

  test('who connects again is told what the product missed', async () => {
    await goThrough('Reconnect', 'Allow');
    await page.locator('.conference[data-state="in-step"]', { hasText: 'Planning of spring' }).waitFor();
    await page.getByText(`${OWN}: told "connected", answered 200`).waitFor();
    await page.getByRole('button', { name: 'Revoke at Google' }).waitFor();
    expect(opened.scriptErrors).toEqual([]);
  }, 60_000);

  test('a reset takes the consent back as well', async () => {
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.locator('#reset-dialog').getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
    const answer = await fetch(`http://127.0.0.1:${opened.sandbox.ports.manageCalendars}/v1/connections`);
    expect(await answer.json()).toMatchObject({ connections: [] });
  }, 60_000);
});
