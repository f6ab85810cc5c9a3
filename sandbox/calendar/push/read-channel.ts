/** Reads the body of a watch request. */
import { ApiError, invalid, required } from '../wire/api-error.ts';
import { type JsonObject, objectAt, textAt } from '../wire/json.ts';

/**
 * Google's default for `params.ttl`: https://developers.google.com/workspace/calendar/api/v3/reference/settings/watch
 */
const TTL_DEFAULT_S = 604_800;
const ID_LENGTH_MAX = 64;
const TOKEN_LENGTH_MAX = 256;

/**
 * The id, the token and the address that the request gives the channel.
 * @throws ApiError 400
 */
export function readChannel(body: JsonObject): { id: string; token: string | undefined; address: string } {
  const id = textAt(body, 'id');
  const type = textAt(body, 'type');
  const token = textAt(body, 'token');
  if (id === undefined || id === '') throw required('entity.id must not be empty.');
  if (id.length > ID_LENGTH_MAX || !/^[A-Za-z0-9\-_+/=]+$/.test(id)) {
    throw new ApiError(
      400,
      'global',
      'channelIdInvalid',
      `Channel id must match [A-Za-z0-9\\-_\\+/=]+ and be at most ${ID_LENGTH_MAX} characters`,
    );
  }
  if (type !== 'web_hook' && type !== 'webhook') throw invalid('Unknown channel type');
  if (token !== undefined && token.length > TOKEN_LENGTH_MAX) throw invalid('Channel token is too long');
  return { id, token, address: readAddress(textAt(body, 'address')) };
}

/** https, or plain http on this very machine: the sandbox has no certificates. */
function readAddress(address: string | undefined): string {
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : null;
  if (address === undefined || url === null || url.hostname === '') {
    throw new ApiError(400, 'global', 'push.webhookUrlNoHostOrAddress', 'WebHook callback must have a host or address');
  }
  const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    throw new ApiError(400, 'global', 'push.webhookUrlNotHttps', `WebHook callback must be HTTPS: ${address}`);
  }
  return address;
}

/**
 * When the channel ends, in Unix milliseconds: the stricter of `expiration` (milliseconds, number or string) and `params.ttl` (seconds).
 * @throws ApiError 400
 */
export function readExpiry(body: JsonObject, now: number): number {
  const expiration = body.expiration === undefined ? Number.POSITIVE_INFINITY : Number(body.expiration);
  const ttl = objectAt(body, 'params')?.ttl;
  const ttlS = ttl === undefined ? TTL_DEFAULT_S : Number(ttl);
  if (Number.isNaN(expiration) || expiration <= now)
    throw invalid('Channel expiration must be in the future', 'expiration');
  if (!(ttlS > 0)) throw invalid('Channel ttl must be a positive number of seconds', 'params.ttl');
  // A wish for an expiration replaces the default time to live.
  const ttlMs = ttl === undefined && body.expiration !== undefined ? Number.POSITIVE_INFINITY : ttlS * 1000;
  return Math.min(expiration, now + ttlMs);
}
