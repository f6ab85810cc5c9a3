/** A program that listens and prints its address, as the example receivers do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** See the file's head. */
export interface StartedProgram {
  readonly url: string;
  stop(): Promise<void>;
}

/** Resolves once the first address is printed. @throws Error with what it said if it ends before */
export async function startProgram(
  command: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<StartedProgram> {
  const child = spawn(command, words, { env: { PATH: process.env.PATH, PORT: '0', ...env }, stdio: 'pipe' });
  return { url: await addressFrom(child), stop: () => stop(child) };
}

function addressFrom(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: unknown): void => {
      said += String(chunk);
      const [address] = /http:\/\/\S+(?=\n)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`it has ended: ${said}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
