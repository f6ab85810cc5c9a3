/** HTTP as somebody writes it who keeps to no rules: bytes down a socket, and whatever comes back. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The first answer on a connection. */
export interface RawAnswer {
  /** 0 where the connection ended without one. */
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

const ANSWER_MS = 10_000;

/** Sends the bytes and reads until the answer is complete, the connection ends, or the time is over. */
export async function sendRaw(port: number, bytes: string | Buffer, patienceMs = ANSWER_MS): Promise<RawAnswer> {
  const socket = await open(port);
  let text = '';
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    const finish = (): void => {
      clearTimeout(timer);
      resolve();
    };
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (isComplete(text)) finish();
    });
    socket.on('close', finish);
  });
  socket.write(bytes);
  await done;
  socket.destroy();
  return parse(text);
}

/** A connection on which errors are nobody's concern. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** The text of a request; header values go out as Latin-1, one byte a character. */
export function requestText(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer = Buffer.alloc(0),
): Buffer {
  const lines = Object.entries({ Host: 'localhost', Connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  if (/^HTTP\/1\.1 (1\d\d|204|304)/.test(text)) return !text.startsWith('HTTP/1.1 100');
  const length = /^content-length: (\d+)/im.exec(text)?.[1];
  return length !== undefined && text.length >= end + 4 + Number(length);
}

function parse(text: string): RawAnswer {
  const final = text.replace(/^HTTP\/1\.1 100 [\s\S]*?\r\n\r\n/, '');
  const [headers = '', ...body] = final.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1] ?? 0), headers, body: body.join('\r\n\r\n') };
}
