/** The console page over a receiver of the user's own: what was sent, what was answered, in a real browser. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Served } from '../../listen.ts';
import { SECRET, startReceiver } from '../../ops/webhook/breakable-receiver.ts';
import { meeting } from '../meeting.ts';
import { describeWithBrowser } from './browser.ts';
import { type OpenedConsole, openConsole } from './open-console.ts';

const OWN = 'alice@example.com';

describeWithBrowser('the console page over a receiver of the user', () => {
  let receiver: Served;
  let opened: OpenedConsole;
  let page: Page;

  beforeAll(async () => {
    receiver = await startReceiver();
    const conferences = { kind: 'webhook', url: receiver.url, secret: SECRET, readBack: null } as const;
    const env = { DELIVERY_RETRY_SECONDS: '1' };
    opened = await openConsole({ conferences, env }, { permissions: ['clipboard-read', 'clipboard-write'] });
    page = opened.page;
    await page.getByRole('button', { name: 'Follow this calendar' }).click();
    await fetch(`${opened.root}/calendar/v3/calendars/${OWN}/events?conferenceDataVersion=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(meeting('c-1')),
    });
  }, 60_000);

  afterAll(async () => {
    await opened?.close();
    await receiver?.close();
  }, 30_000);

  test('says what was answered in place of "in step", sends again, and copies the delivery as a command', async () => {
    await page.getByText(`as your receiver answers: ${receiver.url}`).waitFor();
    const row = page.locator('.conference[data-state="answered"]', { hasText: 'Planning' });
    await row.getByText('answered 204').waitFor();
    await row.getByRole('button', { name: 'What was sent' }).click();

    const sent = page.locator('.delivery');
    await sent.first().locator('summary').click();
    await sent.first().getByText('"conferenceId": "c-1"').waitFor();
    const count = await sent.count();
    await sent.first().getByRole('button', { name: 'Send again' }).click();
    await sent.nth(count).waitFor();
    await sent.first().getByText('answered 204').waitFor();

    await sent.first().getByRole('button', { name: 'Copy as curl' }).click();
    await sent.first().getByRole('button', { name: 'Copied, valid for 5 min' }).waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toMatch(/^curl -i \\\n {2}'http:\/\/127\.0\.0\.1:\d+\/' \\\n.*webhook-signature: v1,/s);
    await page.getByRole('button', { name: 'Close' }).click();
    expect(opened.problems).toEqual([]);
  }, 60_000);

  test('says that nobody answers once the receiver is gone', async () => {
    const { url } = receiver;
    await receiver.close();
    const row = page.locator('.conference', { hasText: 'Planning' });
    await row.getByRole('button', { name: 'What was sent' }).click();
    await page.locator('.delivery').first().getByRole('button', { name: 'Send again' }).click();
    await page.getByText(`Nobody answers at ${url}. Changes wait`).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    receiver = await startReceiver();
  }, 60_000);
});
