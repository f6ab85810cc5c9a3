/**
 * CALENDAR_AUTH=oauth: each user has given consent, and the refresh token of that lies in Secret Manager, in a
 * secret of its own that is named by a hash of the subject. Whoever runs the consent page writes it there.
 */
import { createHash } from 'node:crypto';
import { AccessLost, RequestRefused } from '../../domain/errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import { askEndpoint, readFreshToken, TOKEN_URL } from './ask-endpoint.ts';
import { cacheTokens } from './cache-tokens.ts';
import { CLOUD_SCOPE, createOwnAccount, type OwnAccount } from './own-account.ts';

/** The OAuth client, and where its users' refresh tokens are. */
export interface OAuthOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The project of the secrets. */
  readonly projectId: string;
  /** What the names of the secrets begin with; each installation of a project has its own. */
  readonly secretPrefix: string;
  /** Default: the account that the process runs as; it needs `secretmanager.secretAccessor` on the secrets. */
  readonly account?: OwnAccount;
  readonly secretManagerUrl?: string;
  readonly tokenUrl?: string;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** The name of the secret that holds a subject's refresh token; upper and lower case name the same subject. */
export function refreshTokenSecretOf(prefix: string, subject: string): string {
  const digest = createHash('sha256').update(`subject\0${subject.toLowerCase()}`).digest('hex');
  return `${prefix}${digest.slice(0, 32)}`;
}

/** Tokens by each subject's own consent. The refresh token is read anew each time: a renewed consent counts at once. */
export function createOAuthAccessTokens(options: OAuthOptions): AccessTokens {
  const { clientId, clientSecret, projectId, secretPrefix, tokenUrl = TOKEN_URL, now = Date.now } = options;
  const { secretManagerUrl = 'https://secretmanager.googleapis.com' } = options;
  const account = options.account ?? createOwnAccount(CLOUD_SCOPE);

  async function readRefreshToken(subject: string, signal: AbortSignal): Promise<string> {
    const secret = `projects/${encodeURIComponent(projectId)}/secrets/${refreshTokenSecretOf(secretPrefix, subject)}`;
    const url = `${secretManagerUrl}/v1/${secret}/versions/latest:access`;
    const bearer = await account.token();
    try {
      const { payload } = await askEndpoint({ name: 'refresh token', url, method: 'GET', bearer }, signal, now);
      const data: unknown = typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'data') : undefined;
      const token = typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8').trim() : '';
      if (token !== '') return token;
    } catch (error) {
      // 404: no such secret; 400: its latest version is disabled or destroyed.
      if (!(error instanceof RequestRefused)) throw error;
      throw new AccessLost('refresh token: none stored for this subject', { cause: error });
    }
    throw new AccessLost('refresh token: the stored one is empty');
  }

  return cacheTokens(async (subject, signal) => {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: await readRefreshToken(subject, signal),
      client_id: clientId,
      client_secret: clientSecret,
    });
    const answer = await askEndpoint({ name: 'access token', url: tokenUrl, method: 'POST', body }, signal, now);
    return readFreshToken(answer, now());
  }, now);
}
