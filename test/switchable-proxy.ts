/** A TCP proxy on the loopback interface whose network a run can cut or let fall silent, and whose target it can exchange. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** See the file's head. */
export class SwitchableProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((near) => this.#join(near));
  #target: string;
  #isCut = false;
  host = '';

  private constructor(target: string) {
    this.#target = target;
  }

  /** Forwards to `target` (`host:port`). */
  static async start(target: string): Promise<SwitchableProxy> {
    const proxy = new SwitchableProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const address = proxy.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    proxy.host = `127.0.0.1:${address.port}`;
    return proxy;
  }

  /** Where new connections go from now on; those there are end. */
  retarget(target: string): void {
    this.#target = target;
    this.#end();
  }

  /** Cut: every connection ends, and new ones end at once. */
  setCut(isCut: boolean): void {
    this.#isCut = isCut;
    if (isCut) this.#end();
  }

  /** The connections there are stay open, and nothing comes through them any more; new ones are as ever. */
  fallSilent(): void {
    for (const socket of this.#sockets) socket.unpipe().resume();
  }

  async close(): Promise<void> {
    this.setCut(true);
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    this.#keep(near);
    if (this.#isCut) return void near.destroy();
    const [address = '', port = ''] = this.#target.split(':');
    const far = this.#keep(connect(Number(port), address));
    near.pipe(far).on('close', () => near.destroy());
    far.pipe(near).on('close', () => far.destroy());
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket));
  }

  #end(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
