/** A TCP proxy on the loopback interface whose failures a test decides: connections cut, answers lost. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The proxy, and its switches. */
export interface FaultyProxy {
  readonly host: string;
  /** Lose every answer from now on; what is sent still arrives. */
  loseAnswers(): void;
  /** Cut the connections there are. */
  cut(): void;
  close(): Promise<void>;
}

/** Forwards to `target` (`host:port`); without a target it accepts connections and never answers. */
export async function startFaultyProxy(target?: string): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  let losesAnswers = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    keep(near);
    if (target === undefined) return;
    const [address = '', port = ''] = target.split(':');
    const far = keep(connect(Number(port), address));
    near.on('data', (chunk) => far.write(chunk)).on('close', () => far.destroy());
    far.on('data', (chunk) => losesAnswers || near.write(chunk)).on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: `127.0.0.1:${address.port}`,
    loseAnswers: () => {
      losesAnswers = true;
    },
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
