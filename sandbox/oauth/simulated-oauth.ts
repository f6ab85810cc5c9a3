/**
 * Google's OAuth endpoints, simulated: the authorization endpoint with its consent page, the token, revocation and tokeninfo endpoints, and
 * the keys of the ID tokens. https://developers.google.com/identity/protocols/oauth2/web-server describes what they do.
 */
import { type ConsentAsked, consentPage, isOptional } from './consent-page.ts';
import { GrantRefused, Grants, type Issued } from './grants.ts';
import { IdTokens, ISSUER } from './id-tokens.ts';

/** A client that is registered with the simulated Google. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
  readonly redirectUris: readonly string[];
}

/** What the simulated Google is made of. */
export interface SimulatedOAuthOptions {
  /** As long as there is none, every client is known, with whatever key and address it comes. */
  readonly clients: readonly OAuthClient[];
  /** Who is signed in where an application names nobody. */
  readonly defaultUser: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Hears of a user who has consented, in lower case. */
  readonly onConsent?: (user: string) => void;
}

/** What to answer. */
export interface OAuthAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text of a page, or a value that goes as JSON. */
  readonly body: string | Readonly<Record<string, unknown>>;
}

const NO_STORE = { 'cache-control': 'no-store' };
const KEPT = { 'cache-control': 'public, max-age=3600' };

/** See the file's head. */
export class SimulatedOAuth {
  /** Whether the endpoints for tokens fail, as in an outage. */
  isDown = false;
  #grants: Grants;
  readonly #atFirst: readonly OAuthClient[];
  #clients: Map<string, OAuthClient>;
  readonly #idTokens: IdTokens;
  readonly #defaultUser: string;
  readonly #now: () => number;
  readonly #onConsent: (user: string) => void;

  constructor({ clients, defaultUser, now, onConsent = () => undefined }: SimulatedOAuthOptions) {
    this.#grants = new Grants(now);
    this.#atFirst = clients;
    this.#clients = byId(clients);
    this.#idTokens = new IdTokens(now);
    this.#defaultUser = defaultUser;
    this.#now = now;
    this.#onConsent = onConsent;
  }

  /** What users have granted so far. */
  get grants(): Grants {
    return this.#grants;
  }

  /** Makes a client known, or known anew. */
  register(client: OAuthClient): void {
    this.#clients.set(client.id, client);
  }

  /** Everything as at the start, but for the key of the ID tokens: its certificate is kept by clients for an hour. */
  reset(): void {
    this.#grants = new Grants(this.#now);
    this.#clients = byId(this.#atFirst);
    this.isDown = false;
  }

  /** The user in whose name a valid access token speaks. */
  userOf(accessToken: string): string | undefined {
    return this.grants.accessOf(accessToken)?.user;
  }

  /** `GET /o/oauth2/v2/auth` */
  showConsent(query: URLSearchParams): OAuthAnswer {
    const asked = this.#read(query);
    if (typeof asked === 'string') return page(400, `<!doctype html><title>Error</title><h1>Error 400: ${asked}</h1>`);
    return page(200, consentPage(query.toString(), asked, this.#defaultUser));
  }

  /** `POST /o/oauth2/v2/auth`: what the user has decided on the page. */
  decide(query: URLSearchParams, form: URLSearchParams): OAuthAnswer {
    const asked = this.#read(query);
    if (typeof asked === 'string') return page(400, `<!doctype html><title>Error</title><h1>Error 400: ${asked}</h1>`);
    if (form.get('decision') !== 'allow') return sendBack(asked, { error: 'access_denied' });
    const granted = form.getAll('granted');
    const scopes = asked.scopes.filter((scope) => !isOptional(scope) || granted.includes(scope));
    const user = (form.get('user') ?? '').trim().toLowerCase();
    this.#onConsent(user);
    const code = this.grants.authorize({
      ...asked,
      user,
      scopes,
      nonce: asked.nonce || null,
      challenge: asked.challenge || null,
    });
    return sendBack(asked, { code, scope: scopes.join(' ') });
  }

  /** `POST /token` */
  token(form: URLSearchParams): OAuthAnswer {
    if (this.isDown) return json(503, { error: 'temporarily_unavailable' });
    const client = this.#clientOf(form.get('client_id') ?? '');
    if (client === undefined || (client.secret !== undefined && client.secret !== form.get('client_secret')))
      return json(401, { error: 'invalid_client', error_description: 'Unauthorized' });
    try {
      return json(200, this.#told(this.#issue(form, client.id), client.id));
    } catch (error) {
      if (error instanceof GrantRefused) return json(400, { error: error.message, error_description: 'Bad Request' });
      throw error;
    }
  }

  /** `POST /revoke` */
  revoke(form: URLSearchParams): OAuthAnswer {
    if (this.isDown) return json(503, { error: 'temporarily_unavailable' });
    if (this.grants.revoke(form.get('token') ?? '')) return json(200, {});
    return json(400, { error: 'invalid_token', error_description: 'Token expired or revoked' });
  }

  /** `/tokeninfo` */
  tokenInfo(accessToken: string): OAuthAnswer {
    const access = this.grants.accessOf(accessToken);
    if (access === undefined) return json(400, { error: 'invalid_token', error_description: 'Invalid Value' });
    const { clientId, scopes, user, expiresAt } = access;
    const seconds = Math.floor((expiresAt - this.#now()) / 1_000);
    const said = { azp: clientId, aud: clientId, scope: scopes.join(' '), exp: String(Math.floor(expiresAt / 1_000)) };
    return json(200, {
      ...said,
      expires_in: String(seconds),
      email: user,
      email_verified: 'true',
      access_type: 'offline',
    });
  }

  /** `GET /oauth2/v1/certs` */
  certificates(): OAuthAnswer {
    return { status: 200, headers: KEPT, body: this.#idTokens.publicKeys() };
  }

  /** `GET /oauth2/v3/certs` */
  keySet(): OAuthAnswer {
    return { status: 200, headers: KEPT, body: this.#idTokens.keySet() };
  }

  /** `GET /.well-known/openid-configuration`, with the endpoints below this root. */
  configuration(root: string): OAuthAnswer {
    const body = {
      issuer: ISSUER,
      authorization_endpoint: `${root}/o/oauth2/v2/auth`,
      token_endpoint: `${root}/token`,
      revocation_endpoint: `${root}/revoke`,
      jwks_uri: `${root}/oauth2/v3/certs`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'email', 'profile'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
    };
    return { status: 200, headers: KEPT, body };
  }

  /** The client of that ID; where none is registered, any that has one, with nothing to be checked of it. */
  #clientOf(id: string): (Pick<OAuthClient, 'id'> & Partial<OAuthClient>) | undefined {
    return this.#clients.size === 0 && id !== '' ? { id } : this.#clients.get(id);
  }

  #issue(form: URLSearchParams, clientId: string): Issued {
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return this.grants.exchange(
          form.get('code') ?? '',
          clientId,
          form.get('redirect_uri') ?? '',
          form.get('code_verifier'),
        );
      case 'refresh_token':
        return this.grants.refresh(form.get('refresh_token') ?? '', clientId);
      default:
        throw new GrantRefused('unsupported_grant_type');
    }
  }

  #told(issued: Issued, audience: string): Readonly<Record<string, unknown>> {
    const { user, nonce, refreshToken, refreshExpiresInSeconds: seconds } = issued;
    return {
      access_token: issued.accessToken,
      expires_in: issued.expiresInSeconds,
      scope: issued.scopes.join(' '),
      token_type: 'Bearer',
      id_token: this.#idTokens.sign({ audience, user, nonce }),
      ...(refreshToken !== null && { refresh_token: refreshToken }),
      ...(seconds !== null && { refresh_token_expires_in: seconds }),
    };
  }

  /** What an application asks for, or Google's word for what is wrong with it. */
  #read(query: URLSearchParams): ConsentAsked | string {
    const of = (name: string): string => query.get(name) ?? '';
    const client = this.#clientOf(of('client_id'));
    if (client === undefined) return 'invalid_client';
    const isKnown = client.redirectUris?.includes(of('redirect_uri')) ?? /^https?:\/\/./.test(of('redirect_uri'));
    if (!isKnown || !URL.canParse(of('redirect_uri'))) return 'redirect_uri_mismatch';
    if (of('response_type') !== 'code') return 'invalid_request';
    if (of('code_challenge') !== '' && of('code_challenge_method') !== 'S256') return 'invalid_request';
    return {
      clientId: client.id,
      redirectUri: of('redirect_uri'),
      scopes: of('scope')
        .split(' ')
        .filter((scope) => scope !== ''),
      state: of('state'),
      nonce: of('nonce'),
      challenge: of('code_challenge'),
      isOffline: of('access_type') === 'offline',
      wasAsked: of('prompt').split(' ').includes('consent'),
      loginHint: of('login_hint'),
    };
  }
}

function byId(clients: readonly OAuthClient[]): Map<string, OAuthClient> {
  return new Map(clients.map((client) => [client.id, client]));
}

function sendBack({ redirectUri, state }: ConsentAsked, answer: Readonly<Record<string, string>>): OAuthAnswer {
  const url = new URL(redirectUri);
  const parts = { state, iss: ISSUER, ...answer };
  for (const [name, value] of Object.entries(parts)) url.searchParams.set(name, value);
  return { status: 302, headers: { ...NO_STORE, location: url.href }, body: '' };
}

function page(status: number, body: string): OAuthAnswer {
  return { status, headers: { ...NO_STORE, 'content-type': 'text/html; charset=utf-8' }, body };
}

function json(status: number, body: Readonly<Record<string, unknown>>): OAuthAnswer {
  return { status, headers: NO_STORE, body };
}
