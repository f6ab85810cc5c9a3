/** The refresh token that a connection holds, as far as it can be used. */
import { type ConnectionRecord, tokenIsAbout } from '../../domain/connection/records.ts';
import { type Unsealed, unseal } from '../../domain/connection/seal.ts';
import type { ConnectionTerms } from '../../domain/ports.ts';

/** Undefined where there is none, it was given to another OAuth client, or no key of ours opens it: then the user has to be asked. */
export function heldToken(
  known: ConnectionRecord | undefined,
  { keys, clientId }: Pick<ConnectionTerms, 'keys' | 'clientId'>,
): Unsealed | undefined {
  if (known?.state.kind !== 'connected' || known.clientId !== clientId) return undefined;
  return unseal(known.state.sealedToken, keys, tokenIsAbout(known));
}
