/**
 * A program of its own, `node keep-process.ts COMMAND [ARGUMENTS]`: runs the command for as long as somebody holds the other end of
 * standard input, and ends it for certain when that end closes, however its holder died. Ends with the exit code of the command.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const KILL_AFTER_MS = 3_000;

const [command = '', ...parameters] = process.argv.slice(2);
// A group of its own: Ctrl-C reaches the holder first, which may still need the command while it tidies up.
const child = spawn(command, parameters, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

function end(): void {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
}

process.stdin.resume().once('close', end).once('error', end);
process.once('SIGTERM', end).on('SIGINT', () => undefined);

const [code] = await once(child, 'exit');
process.exit(typeof code === 'number' ? code : 1);
