/**
 * CALENDAR_AUTH=oauth: each user has given consent. The refresh token of that lies with the connections, where the user has connected
 * through connectCalendars; else in Secret Manager, in a secret of its own that is named by a hash of the subject, where a consent page
 * of the company's has written it.
 */
import { createHash } from 'node:crypto';
import { AccessLost, RequestRefused } from '../../domain/errors.ts';
import type { Grants } from '../../domain/ports.ts';
import { type AccessTokens, reachesEvents } from './access-tokens.ts';
import { askEndpoint, readFreshToken, TOKEN_URL } from './ask-endpoint.ts';
import { cacheTokens } from './cache-tokens.ts';
import { CLOUD_SCOPE, createOwnAccount, type OwnAccount } from './own-account.ts';
import type { JsonObject } from './read-answer.ts';

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
  /** Consents of users who have connected; without it all lie in Secret Manager. */
  readonly grants?: Grants | undefined;
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
  const { clientId, clientSecret, projectId, secretPrefix, grants, tokenUrl = TOKEN_URL, now = Date.now } = options;
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

  const refresh = (refreshToken: string, signal: AbortSignal): Promise<JsonObject> => {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
      client_secret: clientSecret,
    });
    return askEndpoint({ name: 'access token', url: tokenUrl, method: 'POST', body }, signal, now);
  };

  return cacheTokens(async (subject, signal) => {
    const connected = await grants?.refreshTokenOf(subject);
    const answer =
      grants === undefined || connected === undefined
        ? await refresh(await readRefreshToken(subject, signal), signal)
        : await refreshConnected(grants, subject, connected, () => refresh(connected, signal));
    return readFreshToken(answer, now());
  }, now);
}

/** Refreshes, and keeps what the answer says of the grant itself. */
async function refreshConnected(
  grants: Grants,
  subject: string,
  token: string,
  refresh: () => Promise<JsonObject>,
): Promise<JsonObject> {
  let answer: JsonObject;
  try {
    answer = await refresh();
  } catch (error) {
    if (!(error instanceof AccessLost) || !ENDS.includes(error.word ?? '')) throw error;
    const reason = await grants.end(subject, token, error.reason);
    throw new AccessLost(error.message, { reason, word: error.word, cause: error });
  }
  const { refresh_token: another, scope } = answer;
  if (typeof scope === 'string' && !reachesEvents(scope)) {
    const reason = await grants.end(subject, token, 'access_narrowed');
    throw new AccessLost('access token: it does not reach to the calendar', { reason });
  }
  if (typeof another === 'string' && another !== '' && another !== token) await grants.replace(subject, token, another);
  return answer;
}

/** Google's words for a grant that is gone, https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors. */
const ENDS: readonly string[] = ['invalid_grant', 'admin_policy_enforced'];
