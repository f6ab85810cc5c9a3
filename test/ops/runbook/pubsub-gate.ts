/**
 * Stands between confsync and the Pub/Sub emulator and lets through what a person's roles permit, as Google does: emulators permit
 * everything. What it needs to know is which method takes which permission
 * (https://cloud.google.com/pubsub/docs/access-control#required_permissions).
 */
import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type ServerHttp2Stream } from 'node:http2';

/** A grant of a role on the whole project, or on one topic or subscription by its short name. */
export interface Grant {
  readonly role: string;
  readonly on: 'project' | string;
}

/** What the Terraform module grants to `operators` on Pub/Sub; test/terraform/policy.test.ts holds it against the plan. */
export const GRANTS_OF_OPERATORS: readonly Grant[] = [
  { role: 'roles/pubsub.publisher', on: 'conference-sync-work' },
  { role: 'roles/pubsub.subscriber', on: 'conference-sync-work-dead-letters' },
  { role: 'roles/pubsub.subscriber', on: 'conference-sync-work-replay' },
];

/** Of each method that confsync calls. */
const PERMISSION_OF: Readonly<Record<string, string>> = {
  '/google.pubsub.v1.Publisher/Publish': 'pubsub.topics.publish',
  '/google.pubsub.v1.Publisher/GetTopic': 'pubsub.topics.get',
  '/google.pubsub.v1.Subscriber/Pull': 'pubsub.subscriptions.consume',
  '/google.pubsub.v1.Subscriber/Acknowledge': 'pubsub.subscriptions.consume',
  '/google.pubsub.v1.Subscriber/ModifyAckDeadline': 'pubsub.subscriptions.consume',
  '/google.pubsub.v1.Subscriber/Seek': 'pubsub.subscriptions.consume',
  '/google.pubsub.v1.Subscriber/GetSubscription': 'pubsub.subscriptions.get',
  '/google.pubsub.v1.Subscriber/CreateSubscription': 'pubsub.subscriptions.create',
  '/google.pubsub.v1.Subscriber/DeleteSubscription': 'pubsub.subscriptions.delete',
};

/** As far as the methods above go (https://cloud.google.com/iam/docs/roles-permissions/pubsub). */
const PERMISSIONS_OF_ROLE: Readonly<Record<string, readonly string[]>> = {
  'roles/pubsub.publisher': ['pubsub.topics.publish'],
  'roles/pubsub.subscriber': ['pubsub.subscriptions.consume'],
  'roles/pubsub.viewer': ['pubsub.topics.get', 'pubsub.subscriptions.get'],
};

const PERMISSION_DENIED = '7';

/** See the file's head. */
export class PubSubGate {
  readonly #upstream: ClientHttp2Session;
  readonly #server = createServer();
  readonly #sessions = new Set<{ destroy(): void }>();
  /** Who passes through just now. */
  grants: readonly Grant[] = GRANTS_OF_OPERATORS;
  host = '';

  private constructor(emulator: string) {
    this.#upstream = connect(`http://${emulator}`);
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session)).on('error', () => undefined);
    });
    this.#server.on('stream', (stream, headers) => void this.#judge(stream, headers));
  }

  /** In front of this emulator (`host:port`). */
  static async open(emulator: string): Promise<PubSubGate> {
    const gate = new PubSubGate(emulator);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    const address = gate.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    gate.host = `127.0.0.1:${address.port}`;
    return gate;
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
    this.#upstream.destroy();
  }

  async #judge(stream: ServerHttp2Stream, headers: Record<string, unknown>): Promise<void> {
    stream.on('error', () => undefined);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream) chunks.push(chunk as Buffer);
    } catch {
      // The caller has given up.
      return;
    }
    const body = Buffer.concat(chunks);
    const path = String(headers[':path']);
    if (this.#permits(path, resourceOf(body))) this.#pass(stream, path, headers, body);
    else refuse(stream, `User not authorized to perform this action: ${path}`);
  }

  #permits(path: string, resource: string): boolean {
    const permission = PERMISSION_OF[path];
    if (permission === undefined) return false;
    const isGranted = ({ role, on }: Grant): boolean =>
      (on === 'project' || on === resource) && PERMISSIONS_OF_ROLE[role]?.includes(permission) === true;
    return this.grants.some(isGranted);
  }

  #pass(stream: ServerHttp2Stream, path: string, headers: Record<string, unknown>, body: Buffer): void {
    const names = ['content-type', 'te', 'grpc-timeout', 'user-agent', 'x-goog-request-params'];
    const kept = Object.fromEntries(names.flatMap((name) => (name in headers ? [[name, String(headers[name])]] : [])));
    const request = this.#upstream.request({ ':method': 'POST', ':path': path, ...kept });
    stream.on('close', () => request.close());
    request.on('error', () => stream.close());
    request.on('response', (answer, flags) => {
      if (stream.destroyed) return;
      // A refusal has no body, and its trailers stand among its headers.
      const isOver = (flags & 1) === 1;
      stream.respond(answer, isOver ? { endStream: true } : { waitForTrailers: true });
      if (isOver) return;
      let trailers = {};
      request.on('trailers', (found) => {
        trailers = found;
      });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      request.pipe(stream);
    });
    request.end(body);
  }
}

function refuse(stream: ServerHttp2Stream, message: string): void {
  if (stream.destroyed) return;
  const status = { 'grpc-status': PERMISSION_DENIED, 'grpc-message': message };
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
}

/**
 * The short name of the topic or subscription that a request is about: the first field of each of them. A gRPC message has five bytes in front
 * (https://grpc.io/docs/what-is-grpc/core-concepts/), a text field its number and its length.
 */
function resourceOf(body: Buffer): string {
  const TEXT_OF_FIELD_1 = 0x0a;
  if (body[5] !== TEXT_OF_FIELD_1) return '';
  // Resource names have less than 16,384 bytes: a length of one or two.
  const [low = 0, high = 0] = body.subarray(6, 8);
  const [length, start] = low < 0x80 ? [low, 7] : [(low & 0x7f) | (high << 7), 8];
  return (
    body
      .subarray(start, start + length)
      .toString('utf8')
      .split('/')
      .at(-1) ?? ''
  );
}
