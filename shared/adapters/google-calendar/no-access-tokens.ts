/** CALENDAR_AUTH=none: requests carry no Authorization header, as the simulated calendar wants them. */
import type { AccessTokens } from './access-tokens.ts';

/** No token for anyone. */
export function createNoAccessTokens(): AccessTokens {
  return { tokenFor: async () => null, drop: () => {} };
}
