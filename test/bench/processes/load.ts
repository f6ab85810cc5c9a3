/**
 * Load for an HTTP server: one request again and again over kept connections, read no further than each answer's head. Cheaper than
 * any server, so that the server is what is measured.
 */
import { connect } from 'node:net';

/** How many answers came within so many milliseconds. @throws Error for an answer that does not begin with this status, or with a body */
export async function countAnswers(port: number, request: string, status: number, ms: number): Promise<number> {
  const CONNECTIONS = 32;
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
          if (!text.endsWith('\r\n\r\n')) return;
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
