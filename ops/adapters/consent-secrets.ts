/** Users' refresh tokens in Secret Manager, a secret for each user. https://cloud.google.com/secret-manager/docs/reference/rest */
import { CommandFailed } from '../cli/errors.ts';
import type { ConsentSecrets } from '../ports.ts';
import { type CloudApi, field } from './cloud-api.ts';

const ROLES = {
  read: 'roles/secretmanager.secretAccessor',
  remove: 'roles/secretmanager.admin',
} as const;

/** `secretOf` names the secret of a user. */
export function createConsentSecrets(
  { call }: Pick<CloudApi, 'call'>,
  projectId: string,
  secretOf: (subject: string) => string,
): ConsentSecrets {
  const urlOf = (subject: string): string =>
    `https://secretmanager.googleapis.com/v1/projects/${encodeURIComponent(projectId)}/secrets/${secretOf(subject)}`;
  return {
    async read(subject) {
      const { status, body } = await call('GET', `${urlOf(subject)}/versions/latest:access`);
      // 404: no such secret; 400: its latest version is disabled or destroyed. The functions take both for no consent.
      if (status === 404 || status === 400) return undefined;
      if (status !== 200) throw refused('read', secretOf(subject), status);
      const data = field(body, 'payload', 'data');
      const token = typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8').trim() : '';
      return token === '' ? undefined : token;
    },
    async remove(subject) {
      const { status } = await call('DELETE', urlOf(subject));
      if (status === 404) return false;
      if (status !== 200) throw refused('remove', secretOf(subject), status);
      return true;
    },
  };
}

function refused(what: keyof typeof ROLES, secret: string, status: number): CommandFailed {
  const doThis = status === 403 ? `It takes ${ROLES[what]} in the project of the secrets.` : 'Type the same again.';
  return new CommandFailed(`Secret Manager answered ${status} for ${secret}`, doThis);
}
