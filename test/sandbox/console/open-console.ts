/** The console of a sandbox of its own, in a real browser. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Sandbox, SandboxOptions } from '../../../sandbox/run-sandbox.ts';
import { launchBrowser } from './browser.ts';
import { runSandboxSomewhere } from './free-ports.ts';

/** What a test looks at. */
export interface OpenedConsole {
  readonly sandbox: Sandbox;
  readonly page: Page;
  /** The console's address. */
  readonly root: string;
  /** Errors of the page's scripts so far. */
  readonly scriptErrors: string[];
  /** These, and what else the browser's console has of errors, such as answers that are none. */
  readonly problems: string[];
  close(): Promise<void>;
}

/** Opens it, and waits until it is live. */
export async function openConsole(
  { env = {}, ...sandboxOptions }: Partial<Pick<SandboxOptions, 'env' | 'conferences'>> = {},
  contextOptions: BrowserContextOptions = {},
): Promise<OpenedConsole> {
  const log = { write: () => undefined };
  const [sandbox, browser] = await Promise.all([
    runSandboxSomewhere({ hasEmulators: false, imports: [], env, log, ...sandboxOptions }),
    launchBrowser(),
  ]);
  const scriptErrors: string[] = [];
  const problems: string[] = [];
  const root = `http://127.0.0.1:${sandbox.ports.console}`;
  const page = await (await browser.newContext(contextOptions)).newPage();
  page.on('pageerror', ({ message }) => {
    scriptErrors.push(message);
    problems.push(message);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(root);
  await page.locator('#connection.live').waitFor();
  return {
    sandbox,
    page,
    root,
    scriptErrors,
    problems,
    async close() {
      await browser.close();
      await sandbox.close();
    },
  };
}
