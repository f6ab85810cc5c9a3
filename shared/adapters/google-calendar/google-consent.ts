/**
 * Google's OAuth endpoints for web servers: https://developers.google.com/identity/protocols/oauth2/web-server. Google's own client checks
 * the ID token against Google's certificates, which it keeps as long as their answer says.
 */
import { auth } from 'googleapis/build/src/apis/calendar/index.js';
import type { Grant } from '../../domain/connection/judge-grant.ts';
import { AccessLost, GoogleUnavailable, IdentityRefused } from '../../domain/errors.ts';
import type { GoogleConsent } from '../../domain/ports.ts';
import { CALENDAR_SCOPE } from './access-tokens.ts';
import { askEndpoint, TOKEN_URL } from './ask-endpoint.ts';
import { untilAborted, withDeadline } from './deadline.ts';

/** The addresses of the endpoints. */
export interface OAuthEndpoints {
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  /** Certificates in PEM, by their id. */
  readonly certificatesUrl: string;
}

/** Our client, and where Google is. */
export interface ConsentOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where Google sends the browser back to; the client is registered with it. */
  readonly redirectUri: string;
  readonly endpoints: OAuthEndpoints;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** Google's own, https://accounts.google.com/.well-known/openid-configuration. */
export const GOOGLE_ENDPOINTS: OAuthEndpoints = {
  authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: TOKEN_URL,
  revokeUrl: 'https://oauth2.googleapis.com/revoke',
  certificatesUrl: 'https://www.googleapis.com/oauth2/v1/certs',
};

/** The same paths below one root, as the simulated Google has them. */
export function endpointsBelow(root: string): OAuthEndpoints {
  const base = root.replace(/\/$/, '');
  return {
    authUrl: `${base}/o/oauth2/v2/auth`,
    tokenUrl: `${base}/token`,
    revokeUrl: `${base}/revoke`,
    certificatesUrl: `${base}/oauth2/v1/certs`,
  };
}

const CALL_MS = 10_000;
const REVOKE: readonly string[] = ['invalid_token', 'invalid_grant'];

/** See the file's head. Opens no connection yet. */
export function createGoogleConsent(options: ConsentOptions): GoogleConsent {
  const { clientId, clientSecret, redirectUri, endpoints, now = Date.now } = options;
  const client = new auth.OAuth2({
    clientId,
    endpoints: { oauth2FederatedSignonPemCertsUrl: endpoints.certificatesUrl },
  });

  async function identityOf(idToken: unknown, signal: AbortSignal) {
    if (typeof idToken !== 'string') throw new IdentityRefused('ID token: none in the answer');
    try {
      const ticket = await untilAborted(client.verifyIdToken({ idToken, audience: clientId }), signal, 'certificates');
      const claims = ticket.getPayload();
      return { email: claims?.email, isVerified: claims?.email_verified, nonce: claims?.nonce };
    } catch (cause) {
      if (cause instanceof GoogleUnavailable) throw cause;
      if (cause instanceof Error && /^Failed to retrieve verification certificates/.test(cause.message))
        throw new GoogleUnavailable('certificates: not to be had', { cause });
      throw new IdentityRefused('ID token: not signed by Google for this client, or not valid now', { cause });
    }
  }

  return {
    scope: CALENDAR_SCOPE,
    addressOf({ state, nonce, challenge, subject, mustAsk }) {
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: `openid email ${CALENDAR_SCOPE}`,
        access_type: 'offline',
        include_granted_scopes: 'true',
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...(subject !== null && { login_hint: subject }),
        ...(mustAsk && { prompt: 'consent' }),
      });
      return `${endpoints.authUrl}?${query}`;
    },
    exchange: (code, verifier) =>
      withDeadline(CALL_MS, async (signal): Promise<Grant> => {
        const body = new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          code_verifier: verifier,
          redirect_uri: redirectUri,
          client_id: clientId,
          client_secret: clientSecret,
        });
        const question = { name: 'code exchange', url: endpoints.tokenUrl, method: 'POST', body } as const;
        const answer = await askEndpoint(question, signal, now);
        const { email, isVerified, nonce } = await identityOf(answer.id_token, signal);
        const { refresh_token: token, refresh_token_expires_in: seconds, scope } = answer;
        return {
          refreshToken: typeof token === 'string' && token !== '' ? token : null,
          endsInSeconds: typeof seconds === 'number' ? seconds : null,
          scopes: typeof scope === 'string' ? scope.split(' ') : [],
          email: email ?? null,
          isEmailVerified: isVerified === true,
          nonce: nonce ?? null,
        };
      }),
    revoke: (refreshToken) => revokeConsent(refreshToken, endpoints.revokeUrl, now),
  };
}

/** Ends a grant, for which Google asks for nothing but its token. @throws RateLimited, GoogleUnavailable, RequestRefused */
export function revokeConsent(refreshToken: string, url: string, now: () => number): Promise<void> {
  return withDeadline(CALL_MS, async (signal) => {
    const body = new URLSearchParams({ token: refreshToken });
    try {
      await askEndpoint({ name: 'revoke', url, method: 'POST', body }, signal, now);
    } catch (error) {
      if (!isOver(error)) throw error;
    }
  });
}

/** Google does not know the token any more, which is all that was wanted. */
function isOver(error: unknown): boolean {
  return error instanceof AccessLost || (error instanceof Error && REVOKE.some((word) => error.message.endsWith(word)));
}
