/**
 * CALENDAR_AUTH=service-account: users have shared their calendars with the service's own account, which acts as
 * itself whoever the subject is.
 */
import { type AccessTokens, CALENDAR_SCOPE } from './access-tokens.ts';
import { createOwnAccount } from './own-account.ts';

/** Tokens of the account that the process runs as. */
export function createServiceAccountAccessTokens(): AccessTokens {
  let account = createOwnAccount(CALENDAR_SCOPE);
  let latest: string | null = null;
  return {
    async tokenFor() {
      latest = await account.token();
      return latest;
    },
    drop(_subject, token) {
      if (token !== latest) return;
      // The client gives the same token until it expires; a new one starts without.
      latest = null;
      account = createOwnAccount(CALENDAR_SCOPE);
    },
  };
}
