/** The simulated OAuth endpoints over HTTP, as a listener that another node:http server mounts; at Google each is on a host of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../read-body.ts';
import type { OAuthAnswer, SimulatedOAuth } from './simulated-oauth.ts';

const BODY_BYTES_MAX = 65_536;

type Endpoint = (query: URLSearchParams, form: URLSearchParams, bearer: string) => OAuthAnswer;

/** Answers a request at one of the endpoints and says true; says false, and touches nothing, for any other path. */
export function oauthListener(
  oauth: SimulatedOAuth,
): (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean> {
  const endpoints: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
    ['GET /o/oauth2/v2/auth', (query) => oauth.showConsent(query)],
    ['POST /o/oauth2/v2/auth', (query, form) => oauth.decide(query, form)],
    ['POST /token', (_, form) => oauth.token(form)],
    ['POST /revoke', (query, form) => oauth.revoke(form.has('token') ? form : query)],
    ['GET /tokeninfo', (query) => oauth.tokenInfo(query.get('access_token') ?? '')],
    // As Google's own client asks.
    ['POST /tokeninfo', (_query, _form, bearer) => oauth.tokenInfo(bearer)],
    ['GET /oauth2/v1/certs', () => oauth.certificates()],
  ]);
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://simulated');
    const endpoint = endpoints.get(`${request.method} ${pathname}`);
    return endpoint === undefined ? false : answer(endpoint, searchParams, request, response);
  };
}

async function answer(
  endpoint: Endpoint,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<true> {
  try {
    const text = request.method === 'POST' ? await readBody(request, BODY_BYTES_MAX) : '';
    const { status, headers, body } =
      text === undefined
        ? { status: 413, headers: {}, body: { error: 'invalid_request' } }
        : endpoint(
            query,
            new URLSearchParams(text),
            /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '',
          );
    const isPage = typeof body === 'string';
    response.writeHead(status, { ...(!isPage && { 'content-type': 'application/json; charset=utf-8' }), ...headers });
    response.end(isPage ? body : JSON.stringify(body));
  } catch {
    // The caller went away while his request was read.
    response.destroy();
  }
  return true;
}
