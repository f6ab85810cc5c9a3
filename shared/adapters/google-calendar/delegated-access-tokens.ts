/**
 * CALENDAR_AUTH=delegation: domain-wide delegation without a key. The service's own account asks IAM to sign a claim
 * that it speaks for the user, and the token endpoint gives an access token for the signed claim:
 * https://developers.google.com/identity/protocols/oauth2/service-account
 */
import { GoogleUnavailable } from '../../domain/errors.ts';
import { type AccessTokens, CALENDAR_SCOPE } from './access-tokens.ts';
import { askEndpoint, readFreshToken, TOKEN_URL } from './ask-endpoint.ts';
import { cacheTokens } from './cache-tokens.ts';
import { CLOUD_SCOPE, createOwnAccount, type OwnAccount } from './own-account.ts';

/** Everything has a default that fits Cloud Run. */
export interface DelegationOptions {
  /** Default: the account that the process runs as. Its own address is asked for once. */
  readonly account?: OwnAccount;
  /** Address of the account that the administrator has authorised, if it is another one. */
  readonly serviceAccountEmail?: string | undefined;
  readonly iamUrl?: string;
  readonly tokenUrl?: string;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** The token endpoint refuses claims that live longer. */
const CLAIM_SECONDS = 3_600;

/** Tokens in the name of each subject; the account needs `iam.serviceAccountTokenCreator` on itself. */
export function createDelegatedAccessTokens(options: DelegationOptions = {}): AccessTokens {
  const { iamUrl = 'https://iamcredentials.googleapis.com', tokenUrl = TOKEN_URL, now = Date.now } = options;
  const account = options.account ?? createOwnAccount(CLOUD_SCOPE);
  let knownEmail = options.serviceAccountEmail;

  return cacheTokens(async (subject, signal) => {
    knownEmail ??= await account.email();
    const email = knownEmail;
    const iat = Math.floor(now() / 1_000);
    const claim = { iss: email, sub: subject, scope: CALENDAR_SCOPE, aud: TOKEN_URL, iat, exp: iat + CLAIM_SECONDS };
    const signing = await askEndpoint(
      {
        name: 'signJwt',
        url: `${iamUrl}/v1/projects/-/serviceAccounts/${encodeURIComponent(email)}:signJwt`,
        method: 'POST',
        bearer: await account.token(),
        // The claims go as a string of JSON inside the JSON.
        body: { json: { payload: JSON.stringify(claim) } },
      },
      signal,
      now,
    );
    const assertion = signing.signedJwt;
    if (typeof assertion !== 'string') throw new GoogleUnavailable('signJwt: no signedJwt in the answer');
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const body = new URLSearchParams({ grant_type, assertion });
    const answer = await askEndpoint({ name: 'access token', url: tokenUrl, method: 'POST', body }, signal, now);
    return readFreshToken(answer, now());
  }, now);
}
