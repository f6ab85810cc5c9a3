/**
 * The account that the process itself runs as: Application Default Credentials, so the metadata server on Cloud Run
 * and whatever `gcloud auth application-default` left on a developer's machine. No key file is needed anywhere.
 */
import { auth } from 'googleapis/build/src/apis/calendar/index.js';
import { GoogleUnavailable, OwnAccountRefused } from '../../domain/errors.ts';
import { classifyError } from './classify-error.ts';

/** Our own identity at Google. Each of the calls may fail with GoogleUnavailable or OwnAccountRefused. */
export interface OwnAccount {
  /** The account's address. */
  email(): Promise<string>;
  /** An access token of ours; kept by the client until shortly before it expires. */
  token(): Promise<string>;
}

/** The scope for Google Cloud's own services; what is really allowed is decided by IAM. */
export const CLOUD_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** The account found in the environment, with tokens for this scope. */
export function createOwnAccount(scope: string): OwnAccount {
  const credentials = new auth.GoogleAuth({ scopes: [scope] });
  return {
    async email() {
      const { client_email: email } = await named(() => credentials.getCredentials());
      if (email === undefined)
        throw new OwnAccountRefused('own account: the credentials are not those of a service account');
      return email;
    },
    async token() {
      const token = await named(() => credentials.getAccessToken());
      if (typeof token !== 'string' || token === '') throw new GoogleUnavailable('own account: no access token');
      return token;
    },
  };
}

async function named<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const response = typeof cause === 'object' && cause !== null && 'response' in cause ? cause.response : undefined;
    const { status, data }: { status?: unknown; data?: unknown } = response ?? {};
    if (typeof status !== 'number') throw new GoogleUnavailable('own account: no credentials to be had', { cause });
    const body = typeof data === 'string' ? data : JSON.stringify(data ?? '');
    throw classifyError({ operation: 'own', status, body, retryAfter: undefined }, 0);
  }
}
