/** Where a browser may be sent back to: an address of one of the hosts that the operator has named, and no other. */
import { BadRequest } from '../errors.ts';

/** docs/openapi.json says the same. */
const LENGTH_MAX = 1_024;
const SHAPE = /^https?:\/\/[!-~]+$/;
const PARAMETER = 'connection';

/** How a connection ended, for the page that the browser goes back to. */
export type ReturnWord =
  | 'connected'
  | 'denied'
  | 'wrong_account'
  | 'scope_not_granted'
  | 'no_lasting_access'
  | 'failed';

/** @throws BadRequest for an address that no browser of ours is sent to */
export function checkReturnAddress(address: string, hosts: readonly string[]): void {
  const url =
    address.length <= LENGTH_MAX && SHAPE.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)))
    throw new BadRequest(`returnTo must be an https address of at most ${LENGTH_MAX} characters`);
  if (url.username !== '' || url.password !== '')
    throw new BadRequest('returnTo must not hold a user name or password');
  if (!hosts.includes(url.hostname))
    throw new BadRequest(
      'the host of returnTo is none of CONNECT_RETURN_HOSTS; name it there, or send the browser elsewhere',
    );
}

/** The address with the word added to its query; what it had of that name is replaced. */
export function returnAddress(address: string, word: ReturnWord): string {
  const url = new URL(address);
  url.searchParams.set(PARAMETER, word);
  return url.href;
}
