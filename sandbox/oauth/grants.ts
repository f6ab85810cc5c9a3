/**
 * What users have granted in the simulated Google: codes, refresh tokens and access tokens, with the rules that Google has for each
 * (https://developers.google.com/identity/protocols/oauth2). Pure but for chance: the time comes in.
 */
import { createHash, randomBytes } from 'node:crypto';

/** What a code was given for. */
export interface CodeRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly user: string;
  readonly scopes: readonly string[];
  readonly nonce: string | null;
  readonly challenge: string | null;
  /** Whether a refresh token is wanted, and whether one is given again. */
  readonly isOffline: boolean;
  readonly wasAsked: boolean;
}

/** What a code or a refresh token gives. */
export interface Issued {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string | null;
  readonly refreshExpiresInSeconds: number | null;
  readonly scopes: readonly string[];
  readonly user: string;
  readonly nonce: string | null;
}

/** Google's word for what is wrong with a code or token. */
export class GrantRefused extends Error {}

/** What an access token stands for. */
export interface AccessToken {
  readonly user: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

interface RefreshToken {
  readonly user: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number | null;
}

const CODE_MS = 60_000;
const ACCESS_SECONDS = 3_599;
/** Of an app whose publishing status is Testing. */
const TESTING_SECONDS = 7 * 24 * 3_600;
/** Live refresh tokens of one user for one client; the oldest gives way. */
const TOKENS_MAX = 100;

/** See the file's head. */
export class Grants {
  /** Refresh tokens of an app in testing end after seven days. */
  isTesting = false;
  readonly #codes = new Map<string, CodeRequest & { readonly expiresAt: number }>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #now: () => number;

  /** `now` is Unix milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A code that is good for a minute, once. */
  authorize(request: CodeRequest): string {
    const code = `4/${chance()}`;
    this.#codes.set(code, { ...request, expiresAt: this.#now() + CODE_MS });
    return code;
  }

  /** @throws GrantRefused */
  exchange(code: string, clientId: string, redirectUri: string, verifier: string | null): Issued {
    const request = this.#codes.get(code);
    this.#codes.delete(code);
    if (request === undefined || request.expiresAt <= this.#now() || request.clientId !== clientId)
      throw new GrantRefused('invalid_grant');
    if (request.redirectUri !== redirectUri) throw new GrantRefused('redirect_uri_mismatch');
    const hash = createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url');
    if (request.challenge !== null && request.challenge !== hash) throw new GrantRefused('invalid_grant');
    const isFirst = !this.holdsGrant(request.user, clientId);
    const refreshToken = request.isOffline && (request.wasAsked || isFirst) ? this.#keep(request) : null;
    return { ...this.#issue(request), nonce: request.nonce, ...this.#told(refreshToken) };
  }

  /** @throws GrantRefused */
  refresh(token: string, clientId: string): Issued {
    const known = this.#refreshTokens.get(token);
    if (known === undefined || (known.expiresAt !== null && known.expiresAt <= this.#now()))
      throw new GrantRefused('invalid_grant');
    if (known.clientId !== clientId) throw new GrantRefused('unauthorized_client');
    return { ...this.#issue(known), nonce: null, ...this.#told(null) };
  }

  /** Ends the whole grant that a token belongs to; returns whether there was one. */
  revoke(token: string): boolean {
    const known = this.#refreshTokens.get(token) ?? this.accessOf(token);
    if (known === undefined) return false;
    this.revokeUser(known.user, known.clientId);
    return true;
  }

  /** As the user does it on the page of his account. Without a client: all of his grants. */
  revokeUser(user: string, clientId?: string): void {
    const isMeant = (known: Pick<AccessToken, 'user' | 'clientId'>): boolean =>
      known.user === user && (clientId === undefined || known.clientId === clientId);
    for (const [token, known] of this.#refreshTokens) if (isMeant(known)) this.#refreshTokens.delete(token);
    for (const [token, known] of this.#accessTokens) {
      if (isMeant(known)) this.#accessTokens.set(token, { ...known, expiresAt: 0 });
    }
  }

  /** Whether the access token was given out here, be it valid or not. */
  hasIssued(token: string): boolean {
    return this.#accessTokens.has(token);
  }

  /** What a valid access token stands for. */
  accessOf(token: string): AccessToken | undefined {
    const known = this.#accessTokens.get(token);
    return known !== undefined && known.expiresAt > this.#now() ? known : undefined;
  }

  /** Whether the user has a grant with a refresh token. */
  holdsGrant(user: string, clientId: string): boolean {
    return [...this.#refreshTokens.values()].some((known) => known.user === user && known.clientId === clientId);
  }

  #issue({ user, clientId, scopes }: Pick<AccessToken, 'user' | 'clientId' | 'scopes'>) {
    const accessToken = `ya29.${chance()}`;
    const expiresAt = this.#now() + ACCESS_SECONDS * 1_000;
    this.#accessTokens.set(accessToken, { user, clientId, scopes, expiresAt });
    return { accessToken, expiresInSeconds: ACCESS_SECONDS, scopes, user };
  }

  #keep({ user, clientId, scopes }: CodeRequest): string {
    const token = `1//${chance()}`;
    const expiresAt = this.isTesting ? this.#now() + TESTING_SECONDS * 1_000 : null;
    this.#refreshTokens.set(token, { user, clientId, scopes, expiresAt });
    const same = [...this.#refreshTokens].filter(([, known]) => known.user === user && known.clientId === clientId);
    for (const [old] of same.slice(0, -TOKENS_MAX)) this.#refreshTokens.delete(old);
    return token;
  }

  #told(refreshToken: string | null): Pick<Issued, 'refreshToken' | 'refreshExpiresInSeconds'> {
    return { refreshToken, refreshExpiresInSeconds: refreshToken !== null && this.isTesting ? TESTING_SECONDS : null };
  }
}

function chance(): string {
  return randomBytes(32).toString('base64url');
}
