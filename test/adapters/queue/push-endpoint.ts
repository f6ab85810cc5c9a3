/** An HTTP endpoint on loopback that receives pushes and answers them as a test says. */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';

/** One push, parsed. `path` tells the lane. */
export interface Push {
  readonly path: string;
  readonly text: string;
  readonly attributes: unknown;
  readonly messageId: unknown;
  readonly publishTime: unknown;
  readonly subscription: unknown;
  readonly deliveryAttempt: unknown;
  readonly contentType: string | undefined;
}

/** The running endpoint. */
export interface PushEndpoint {
  readonly url: string;
  readonly pushes: readonly Push[];
  /** Status for the next pushes, in order; 204 when none is left. */
  answer(...statuses: readonly number[]): void;
  /** Resolves when so many pushes have come; rejects after `ms`. */
  count(pushes: number, ms?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts one on a free port. With `filtersLanes`, a push of another lane than its path names is acknowledged unseen, which is what the
 * filter of a real subscription does and the emulator's does not.
 */
export async function startPushEndpoint(filtersLanes: boolean): Promise<PushEndpoint> {
  const pushes: Push[] = [];
  const statuses: number[] = [];
  const watchers = new Set<() => void>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { message, subscription, deliveryAttempt } = JSON.parse(Buffer.concat(chunks).toString());
      if (filtersLanes && request.url !== `/${message.attributes?.lane}`) {
        response.writeHead(204).end();
        return;
      }
      pushes.push({
        path: request.url ?? '',
        text: Buffer.from(message.data, 'base64').toString(),
        attributes: message.attributes,
        messageId: message.messageId,
        publishTime: message.publishTime,
        subscription,
        deliveryAttempt,
        contentType: request.headers['content-type'],
      });
      response.writeHead(statuses.shift() ?? 204).end();
      for (const look of watchers) look();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the push endpoint has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    pushes,
    answer: (...next) => void statuses.push(...next),
    count: (wanted, ms = 10_000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pushes.length < wanted) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve();
        };
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(new Error(`${pushes.length} of ${wanted} pushes came`));
        }, ms);
        watchers.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
