/** Sends one request as it is; `fetch` would tidy its address up, and keep a body back where none is usual. */
import { request } from 'node:http';
import type { GivenAnswer } from './document.ts';

/** A request before it is sent. */
export interface SentRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
}

/** See the file's head. @throws Error where the connection ends without an answer */
export function send(origin: string, { method, path, headers, body }: SentRequest): Promise<GivenAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const sent = request(
      { hostname, port, method, path, headers: { ...headers, ...length }, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.once('error', reject).once('end', () => {
          const names = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
          resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(names), text });
        });
      },
    );
    sent.once('error', reject).end(body);
  });
}
