import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const KEEPER = fileURLToPath(new URL('../../../sandbox/emulators/keep-process.ts', import.meta.url));
/** Says its process id and then does nothing for ever. */
const IDLE = ['-e', 'console.log(process.pid); setInterval(() => undefined, 1000)'];

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

async function hasEnded(id: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isRunning(id); tries++) await sleep(50);
  return !isRunning(id);
}

describe('a kept process', () => {
  test('ends when its holder lets go', async () => {
    const keeper = spawn(process.execPath, [KEEPER, process.execPath, ...IDLE], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = await once(keeper.stdout, 'data');
    const id = Number(line);
    expect(isRunning(id)).toBe(true);
    keeper.stdin.end();
    await once(keeper, 'exit');
    expect(isRunning(id)).toBe(false);
  });

  test('ends when its holder is killed without warning', async () => {
    const holderCode = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ${JSON.stringify([KEEPER, process.execPath, ...IDLE])}, { stdio: ['pipe', 'inherit', 'inherit'] });
    `;
    const holder = spawn(process.execPath, ['-e', holderCode], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(holder.stdout, 'data');
    const id = Number(line);
    expect(isRunning(id)).toBe(true);
    holder.kill('SIGKILL');
    expect(await hasEnded(id)).toBe(true);
  });

  test('gives its exit code to its keeper', async () => {
    const keeper = spawn(process.execPath, [KEEPER, process.execPath, '-e', 'process.exit(7)'], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    const [code] = await once(keeper, 'exit');
    expect(code).toBe(7);
  });
});
