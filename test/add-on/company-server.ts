/**
 * examples/add-on-server as its own process, as a company runs it: with the receiver kit installed, behind stand-ins for Google's certificates,
 * the metadata server and manage-calendars. It can be killed at any call that it makes.
 */
import { cpSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { SCRIPT_ID } from '../../sandbox/apps-script/state-tokens.ts';
import { listen } from '../listen.ts';
import { installKit } from '../receiver/installed-kit.ts';
import { type StartedProgram, startProgram } from '../receiver/started-program.ts';
import { CERTS, CLIENT_ID } from './id-tokens.ts';

const FOLDER = resolve(import.meta.dirname, '../../examples/add-on-server');
export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** A room as the server keeps it, as far as tests look. */
export interface Room {
  readonly id: string;
  readonly eventId: string;
  readonly isAnnounced: number;
  readonly state: string;
  readonly event: string | null;
}

/** What manage-calendars was asked. */
export interface Managed {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
}

/** When the server is to die: at its n-th call of manage-calendars, counted from 1. */
export interface ServerDeath {
  readonly call: number;
  readonly when: 'before' | 'after';
}

export interface CompanyServerOptions {
  readonly manageUrl?: string;
  /** Settings of the server, beside those that lead it to the stand-ins. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Opens the stand-ins; `start` and `kill` the server as often as a test likes, over one database. */
export async function openCompanyServer({ manageUrl, settings = {} }: CompanyServerOptions = {}) {
  const kit = installKit(['google-auth-library']);
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.js')))
    cpSync(join(FOLDER, name), join(kit.folder, name));
  const database = join(kit.folder, 'rooms.db');
  const managed: Managed[] = [];
  /** Users who have connected, and the state of that. */
  const connections = new Map<string, 'connected' | 'disconnected'>();
  const state: {
    isDown: boolean;
    delayMs: number;
    death: ServerDeath | undefined;
    refused: RegExp | undefined;
    refusal: number;
  } = {
    isDown: false,
    /** How long manage-calendars takes over each answer. */
    delayMs: 0,
    death: undefined,
    /** Addresses that manage-calendars answers with `refusal`. */
    refused: undefined,
    refusal: 503,
  };
  let program: StartedProgram | undefined;

  const google = await listen(
    createServer((request, response) => {
      const isCerts = request.url === '/certs';
      response.writeHead(200, {
        'metadata-flavor': 'Google',
        'content-type': isCerts ? 'application/json' : 'text/plain',
      });
      response.end(isCerts ? JSON.stringify(CERTS) : serverToken());
    }),
  );
  const manage = await listen(createServer((request, response) => void answerManage(request, response)));

  async function answerManage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const number = managed.length + 1;
    const isLast = state.death?.call === number;
    if (isLast && state.death?.when === 'before') return kill();
    const { method = '', url = '' } = request;
    if (!state.isDown) managed.push({ method, path: url, body: JSON.parse(text === '' ? '{}' : text) });
    if (isLast) return kill();
    if (state.delayMs > 0) await sleep(state.delayMs);
    const { status, body } = state.isDown ? { status: 503, body: {} } : answerTo(method, url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function answerTo(method: string, url: string): { readonly status: number; readonly body: object } {
    if (state.refused?.test(url)) return { status: state.refusal, body: {} };
    const [, user] = /^\/v1\/connections\/(.+)$/.exec(url) ?? [];
    if (method !== 'GET' || user === undefined) return { status: 200, body: {} };
    const connection = connections.get(decodeURIComponent(user));
    return connection === undefined ? { status: 404, body: {} } : { status: 200, body: { state: connection } };
  }

  async function kill(): Promise<void> {
    state.death = undefined;
    await program?.stop();
  }

  return {
    state,
    managed,
    connections,
    kill,
    /** Conferences that the service was told of, by event. */
    announced: () =>
      Object.fromEntries(
        managed
          .filter(({ body }) => body.conferenceId !== undefined)
          .map(({ path, body }) => [decodeURIComponent(path.split('/').at(-1) ?? ''), body.conferenceId]),
      ),
    async start(): Promise<string> {
      program = await startProgram(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', join(kit.folder, 'server.js')],
        {
          DATABASE: database,
          MANAGE_URL: manageUrl ?? manage.url,
          ADD_ON_CLIENT_ID: CLIENT_ID,
          CERTS_URL: `${google.url}/certs`,
          GCE_METADATA_HOST: new URL(google.url).host,
          METADATA_SERVER_DETECTION: 'assume-present',
          WEBHOOK_SECRETS: WEBHOOK_SECRET,
          LINK_KEY: 'a key of the test',
          ADD_ON_SCRIPT_ID: SCRIPT_ID,
          RETRY_SECONDS: '0.2',
          ...settings,
        },
      );
      return program.url;
    },
    rooms(): readonly Room[] {
      const opened = new DatabaseSync(database, { readOnly: true, timeout: 5_000 });
      try {
        return opened.prepare('SELECT id, eventId, isAnnounced, state, event FROM rooms').all() as unknown as Room[];
      } finally {
        opened.close();
      }
    },
    async close() {
      await kill();
      await Promise.all([google.close(), manage.close()]);
      kit.remove();
    },
  };
}

/** A token of the server's own account, as the metadata server gives it; nobody here looks at it. */
function serverToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1_000) + 3_600 })}.${part({})}`;
}
