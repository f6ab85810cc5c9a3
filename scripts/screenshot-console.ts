/**
 * Takes a picture of the console page: `node scripts/screenshot-console.ts URL FILE [--dark] [--size 1366x768] [--wait MS]
 * [--open TITLE] [--hour H]`; the last two open the dialog of an event, and let the page believe that it is this hour of today.
 * It needs a Chromium: the one that CHROMIUM names, else Debian's.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dark: { type: 'boolean', default: false },
    size: { type: 'string', default: '1366x768' },
    wait: { type: 'string', default: '500' },
    open: { type: 'string' },
    hour: { type: 'string' },
  },
});
const [url, file] = positionals;
const [width, height] = values.size.split('x').map(Number);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (url === undefined || file === undefined || !width || !height) {
  process.stderr.write(
    'Usage: node scripts/screenshot-console.ts URL FILE [--dark] [--size 1366x768] [--wait MS] [--open TITLE] [--hour H]\n',
  );
  process.exitCode = 2;
} else if (!existsSync(executablePath)) {
  process.stderr.write(`There is no browser at ${executablePath}; set CHROMIUM to one.\n`);
  process.exitCode = 1;
} else {
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    const colorScheme = values.dark ? 'dark' : 'light';
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    if (values.hour !== undefined) await page.clock.install({ time: new Date().setHours(Number(values.hour), 0) });
    await page.goto(url);
    await page.locator('#connection.live').waitFor();
    await page.waitForTimeout(Number(values.wait));
    if (values.open !== undefined) await page.locator('[data-event]', { hasText: values.open }).first().click();
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}
