/**
 * How users connect in the sandbox: the simulated Google's OAuth endpoints and our client there. Users who have connected are acted for by
 * their grant, as in a deployment; all others without a token, which the simulated Calendar takes for everybody.
 */
import type { AccessTokens } from '../shared/adapters/google-calendar/access-tokens.ts';
import { createGoogleConsent, endpointsBelow } from '../shared/adapters/google-calendar/google-consent.ts';
import { createOAuthAccessTokens } from '../shared/adapters/google-calendar/oauth-access-tokens.ts';
import type { Config } from '../shared/config/config.ts';
import { subjectKeyOf } from '../shared/domain/ids.ts';
import type { ConnectionSetup } from '../shared/domain/ports.ts';
import { type GrantTerms, storedGrants } from '../shared/flow/connections/stored-grants.ts';
import { SimulatedOAuth } from './oauth/simulated-oauth.ts';
import { LOOPBACK, OAUTH_CLIENT, type SandboxPorts } from './sandbox-config.ts';

/** The simulated Google, which knows the sandbox as its one client. */
export function openOAuth(ports: SandboxPorts, defaultUser: string): SimulatedOAuth {
  const redirectUris = [`http://${LOOPBACK}:${ports.connectCalendars}/callback`];
  return new SimulatedOAuth({ clients: [{ ...OAUTH_CLIENT, redirectUris }], defaultUser, now: Date.now });
}

/** Our client there. @throws Error for a configuration under which nobody can connect */
export function connectionSetup({ connections }: Config): ConnectionSetup {
  if (connections?.apiRoot === undefined) throw new Error('the sandbox was configured without connections');
  const { terms, clientSecret, apiRoot } = connections;
  const { clientId, url } = terms;
  const endpoints = endpointsBelow(apiRoot);
  return { terms, consent: createGoogleConsent({ clientId, clientSecret, redirectUri: `${url}/callback`, endpoints }) };
}

/** See the file's head. @throws Error for a configuration under which nobody can connect */
export function sandboxTokens(config: Config, base: Omit<GrantTerms, 'keys' | 'clientId'>): AccessTokens {
  const { calendarAuth } = config;
  if (calendarAuth.kind !== 'oauth' || calendarAuth.keys === undefined || calendarAuth.apiRoot === undefined)
    throw new Error('the sandbox was configured without connections');
  const { clientId, keys, apiRoot } = calendarAuth;
  const grants = storedGrants({ ...base, keys, clientId });
  const { tokenUrl } = endpointsBelow(apiRoot);
  const connected = createOAuthAccessTokens({ ...calendarAuth, grants, tokenUrl });
  return {
    async tokenFor(subject) {
      const record = await base.store.connection(subjectKeyOf(subject));
      return record === undefined ? null : connected.tokenFor(subject);
    },
    drop: (subject, token) => connected.drop(subject, token),
  };
}
