/**
 * connectCalendars and manageCalendars over HTTP, in front of the embedded store and the simulated Google, and a browser that keeps cookies
 * and follows nothing by itself.
 */
import { createServer } from 'node:http';
import { connectCalendarsHandler } from '../../../functions/connect-calendars.ts';
import { manageCalendarsHandler } from '../../../functions/manage-calendars.ts';
import { oauthListener } from '../../../sandbox/oauth/serve-oauth.ts';
import { SimulatedOAuth } from '../../../sandbox/oauth/simulated-oauth.ts';
import { createGoogleConsent, endpointsBelow } from '../../../shared/adapters/google-calendar/google-consent.ts';
import { createOAuthAccessTokens } from '../../../shared/adapters/google-calendar/oauth-access-tokens.ts';
import type { ConnectionRecord } from '../../../shared/domain/connection/records.ts';
import { subjectKeyOf } from '../../../shared/domain/ids.ts';
import type { ConnectServices } from '../../../shared/domain/ports.ts';
import { storedGrants } from '../../../shared/flow/connections/stored-grants.ts';
import { ALICE } from '../../domain/build.ts';
import { World } from '../../flow/world.ts';
import { listen, type Served } from '../../listen.ts';
import { serve } from '../serve.ts';

/** Keys of 32 bytes, newest first. */
export const KEYS = [Buffer.alloc(32, 'new').toString('base64'), Buffer.alloc(32, 'old').toString('base64')] as const;
/** Our client at the simulated Google. */
export const CLIENT = { id: 'client.apps.googleusercontent.com', secret: 'client-secret' };
/** Where browsers go back to. */
export const APP = 'https://app.example.com/settings?tab=calendar';
const SCOPE = 'https://www.googleapis.com/auth/calendar.events';

/** An answer, as a browser sees it. */
export interface Page {
  readonly status: number;
  readonly location: URL | undefined;
  readonly text: string;
  readonly headers: Headers;
}

/** What a person does on the consent page. */
export interface Decision {
  readonly user?: string;
  readonly deny?: boolean;
  /** Unticks the box of the calendar. */
  readonly untick?: boolean;
}

/** See the file's head. */
export class ConnectWorld {
  readonly world: World;
  readonly oauth: SimulatedOAuth;
  readonly #servers: readonly Served[];
  readonly connectUrl: string;
  readonly manageUrl: string;
  readonly services: ConnectServices;

  private constructor(
    oauth: SimulatedOAuth,
    servers: Served[],
    services: ConnectServices,
    world: World,
    manageUrl: string,
  ) {
    this.oauth = oauth;
    this.#servers = servers;
    this.services = services;
    this.world = world;
    this.connectUrl = services.terms.url;
    this.manageUrl = manageUrl;
  }

  /** Starts it all. The simulated Google lives in real time, as Google's own client judges its ID tokens by the machine's clock. */
  static async start(changes: Partial<ConnectServices> = {}): Promise<ConnectWorld> {
    const world = new World();
    let services: ConnectServices | undefined;
    const connect = await serve((request, response) => {
      if (services === undefined) throw new Error('not yet');
      return connectCalendarsHandler(services)(request, response);
    });
    const redirectUri = `${connect.url}/callback`;
    const client = { ...CLIENT, redirectUris: [redirectUri] };
    const oauth = new SimulatedOAuth({ clients: [client], defaultUser: ALICE, now: Date.now });
    const listener = oauthListener(oauth);
    const google = await listen(createServer((request, response) => void listener(request, response)));
    const endpoints = endpointsBelow(google.url);
    const consent = createGoogleConsent({ clientId: CLIENT.id, clientSecret: CLIENT.secret, redirectUri, endpoints });
    const terms = { keys: KEYS, clientId: CLIENT.id, url: connect.url, returnHosts: ['app.example.com'] };
    const made = { ...world.services, consent, terms, ...changes };
    services = made;
    const manage = await serve(manageCalendarsHandler({ ...world.services, connections: { consent, terms } }));
    return new ConnectWorld(oauth, [connect, google, manage], services, world, manage.url);
  }

  async close(): Promise<void> {
    for (const server of this.#servers) await server.close();
  }

  /** Access tokens as the workers get them. */
  tokens() {
    const { clock, random, store, log } = this.world.services;
    const grants = storedGrants({ clock, random, store, log, keys: KEYS, clientId: CLIENT.id });
    const [address = ''] = this.services.consent
      .addressOf({ state: '', nonce: '', challenge: '', subject: null, mustAsk: false })
      .split('/o/oauth2');
    return createOAuthAccessTokens({
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      projectId: 'project',
      secretPrefix: 'x-',
      grants,
      account: { email: async () => 'own', token: async () => 'own' },
      secretManagerUrl: `${address}/no-secrets`,
      tokenUrl: `${address}/token`,
      now: Date.now,
    });
  }

  /** What is stored of a user. */
  connection(subject: string): Promise<ConnectionRecord | undefined> {
    return this.world.store.connection(subjectKeyOf(subject));
  }

  /** A call of the manage API. */
  async manage(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${this.manageUrl}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
  }

  /** A link, as the company gets it. */
  async link(body: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { status, body: offer } = await this.manage('POST', '/v1/connections', { returnTo: APP, ...body });
    if (status !== 201) throw new Error(`no link: ${status} ${JSON.stringify(offer)}`);
    return String(offer.url);
  }

  /** From the link to where the browser is in the end. */
  async connect(body: Readonly<Record<string, unknown>> = {}, decision: Decision = {}): Promise<Page> {
    const browser = new Browser();
    const consent = await browser.open(await this.link(body));
    return browser.open(await browser.decide(consent, decision));
  }

  /** The reasons in the lines of refused browsers, so far. */
  refusals(): readonly unknown[] {
    return this.world.lines.flatMap((line) =>
      line.line === 'connect' && line.outcome === 'refused' ? [line.reason] : [],
    );
  }

  /** Lets some milliseconds pass in the world. */
  pass(ms: number): Promise<void> {
    return this.world.clock.runTo(this.world.clock.now() + ms);
  }
}

/** Keeps cookies of one host, whatever its port. */
export class Browser {
  #cookies = new Map<string, string>();

  async open(address: string | URL, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { ...(cookie !== '' && { cookie }), ...headers },
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    return {
      status: answer.status,
      location: location === null ? undefined : new URL(location),
      text: await answer.text(),
      headers: answer.headers,
    };
  }

  /** Decides on the consent page that a page of ours has led to; gives the address of the way back. */
  async decide({ location }: Page, { user, deny = false, untick = false }: Decision = {}): Promise<URL> {
    if (location === undefined) throw new Error('there is no consent page');
    const form = new URLSearchParams({
      decision: deny ? 'deny' : 'allow',
      user: user ?? location.searchParams.get('login_hint') ?? ALICE,
      ...(!untick && { granted: SCOPE }),
    });
    const answer = await fetch(location, { method: 'POST', body: form, redirect: 'manual' });
    const to = answer.headers.get('location');
    if (to === null) throw new Error(`the consent page said ${answer.status} ${await answer.text()}`);
    return new URL(to);
  }
}
