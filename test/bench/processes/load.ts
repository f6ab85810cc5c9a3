/**
 * Load for an HTTP server: one request again and again over kept connections, and of each answer no more is looked at than how long it is.
 * Cheaper than any server, so that the server is what is measured.
 */
import { connect } from 'node:net';
import { cpuSeconds } from '../../cpu-time.ts';

const CONNECTIONS = 32;
const END_OF_HEAD = '\r\n\r\n';

/**
 * Answers per second of the server's CPU time, which is what a core of its own would give; where the system does not tell that, per
 * second. @throws Error as `countAnswers` does
 */
export async function answersPerCpuSecond(
  { port, pid }: { readonly port: number; readonly pid: number },
  request: string,
  status: number,
  ms: number,
): Promise<number> {
  const cpuBefore = await cpuSeconds(pid);
  const startedAt = performance.now();
  const answers = await countAnswers(port, request, status, ms);
  const cpuAfter = await cpuSeconds(pid);
  const isTold = cpuBefore !== undefined && cpuAfter !== undefined && cpuAfter > cpuBefore;
  return answers / (isTold ? cpuAfter - cpuBefore : (performance.now() - startedAt) / 1_000);
}

/** How many answers came within so many milliseconds. @throws Error for an answer that does not begin with this status */
async function countAnswers(port: number, request: string, status: number, ms: number): Promise<number> {
  let answers = 0;
  let isOver = false;
  setTimeout(() => {
    isOver = true;
  }, ms);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.setEncoding('latin1');
      await new Promise<void>((resolve, reject) => {
        let text = '';
        socket.on('error', reject);
        socket.on('data', (chunk: string) => {
          text += chunk;
          if (!isWhole(text)) return;
          if (!text.startsWith(`HTTP/1.1 ${status} `)) reject(new Error(text));
          text = '';
          answers++;
          if (isOver) resolve();
          else socket.write(request);
        });
        socket.on('connect', () => socket.write(request));
      });
      socket.destroy();
    }),
  );
  return answers;
}

/** Whether the answer has come to its end: a body is as long as its head says, and there is none where it does not. */
function isWhole(text: string): boolean {
  const end = text.indexOf(END_OF_HEAD);
  if (end < 0) return false;
  const length = /^content-length: (\d+)/im.exec(text.slice(0, end))?.[1] ?? 0;
  return text.length >= end + END_OF_HEAD.length + Number(length);
}
