/**
 * One HTTPS POST (plain HTTP on loopback) to an endpoint of somebody else's. The address is checked as the connection is
 * made, so that a name cannot resolve to one thing for the check and to another for the request. Redirects come back as
 * answers, the answer has a bound, everything together a deadline. Proxies are not used.
 */
import { lookup as systemLookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isForbiddenAddress } from './forbidden-address.ts';

/** What came back; `text` is cut at the bound. */
export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
  readonly isCut: boolean;
}

/** How to connect. */
export interface PosterOptions {
  readonly timeoutMs: number;
  /** Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
}

/** Addresses of a host name, or an error. */
export type Lookup = (
  hostname: string,
  done: (error: Error | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void,
) => void;

/** Sends, over connections that are kept alive. */
export interface Poster {
  /** @throws PostFailed */
  post(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<PostAnswer>;
  /** Closes idle connections. */
  close(): void;
}

/** Nothing came back; `message` says why in few words, without names or addresses. */
export class PostFailed extends Error {}

const ANSWER_BYTES_MAX = 64 * 1_024;
const SOCKETS_MAX = 64;
const IDLE_MS = 60_000;

/** Makes a poster. */
export function createPoster({ timeoutMs, lookup = resolveAll }: PosterOptions): Poster {
  const settings = { keepAlive: true, maxSockets: SOCKETS_MAX, timeout: IDLE_MS };
  const guarded = guard(lookup);
  const plain = new http.Agent(settings);
  const secure = new https.Agent(settings);
  return {
    async post(url, headers, body) {
      const request = beginPost(url, headers, url.protocol === 'https:' ? secure : plain, guarded);
      const timer = setTimeout(() => request.destroy(new PostFailed(`no answer within ${timeoutMs} ms`)), timeoutMs);
      try {
        return await answerTo(request, body);
      } catch (cause) {
        if (cause instanceof PostFailed) throw cause;
        const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
        throw new PostFailed(`connection failed${typeof code === 'string' ? ` (${code})` : ''}`, { cause });
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** A POST that waits for its body. `agent`: false for a connection of its own. */
export function beginPost(
  url: URL,
  headers: Readonly<Record<string, string>>,
  agent: http.Agent | false,
  lookup: LookupFunction = guard(resolveAll),
): http.ClientRequest {
  const options = { method: 'POST', headers, agent, lookup };
  return url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
}

function answerTo(request: http.ClientRequest, body: string): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = (isCut: boolean) => {
        const text = Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8');
        const { 'retry-after': retryAfter } = response.headers;
        resolve({ status: response.statusCode ?? 0, retryAfter, text, isCut });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length <= ANSWER_BYTES_MAX) return;
        finish(true);
        // What follows on this connection is the rest of an answer that nobody reads.
        request.destroy();
      });
      response.once('end', () => finish(false));
      response.once('error', reject);
    });
    request.end(body);
  });
}

function guard(lookup: Lookup): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, (error, addresses) => {
      const [first] = addresses;
      if (error !== null) done(error, '');
      else if (first === undefined) done(new PostFailed('the host has no address'), '');
      else if (addresses.some(({ address }) => isForbiddenAddress(address))) {
        done(new PostFailed('the host resolves to a forbidden address'), '');
      } else if (options.all) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });
  };
}

const resolveAll: Lookup = (hostname, done) => {
  systemLookup(hostname, { all: true }, (error, addresses) => done(error, addresses ?? []));
};
