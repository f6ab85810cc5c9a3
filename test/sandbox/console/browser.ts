/** A real browser for tests, where the machine has one. */
import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
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

/** A suite that needs the browser; without one it is skipped, and the reason is printed. */
export function describeWithBrowser(name: string, suite: () => void): void {
  if (existsSync(EXECUTABLE)) {
    describe(name, suite);
    return;
  }
  process.stdout.write(
    `browser: none at ${EXECUTABLE} (apt-get install chromium, or set CHROMIUM); skipped: ${name}\n`,
  );
  describe.skip(name, suite);
}

/** Starts the browser; whoever does closes it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}
