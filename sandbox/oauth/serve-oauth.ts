/** The simulated OAuth endpoints over HTTP, as a listener that another node:http server mounts; at Google each is on a host of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../read-body.ts';
import { splitTarget } from '../split-target.ts';
import type { OAuthAnswer, SimulatedOAuth } from './simulated-oauth.ts';

const BODY_BYTES_MAX = 65_536;

/** A request as the endpoints see it. */
interface Asked {
  readonly query: URLSearchParams;
  /** The body's members; those of the client also where they came as HTTP Basic. */
  readonly form: URLSearchParams;
  /** The token of the header; empty where there is none. */
  readonly bearer: string;
  /** Where the endpoints are, as the caller knows it. */
  readonly root: string;
}

type Endpoint = (asked: Asked) => OAuthAnswer;

/** Answers a request at one of the endpoints and says true; says false, and touches nothing, for any other path. */
export function oauthListener(
  oauth: SimulatedOAuth,
): (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean> {
  const endpoints: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
    ['GET /o/oauth2/v2/auth', ({ query }) => oauth.showConsent(query)],
    ['POST /o/oauth2/v2/auth', ({ query, form }) => oauth.decide(query, form)],
    ['POST /token', ({ form }) => oauth.token(form)],
    ['POST /revoke', ({ query, form }) => oauth.revoke(form.has('token') ? form : query)],
    ['GET /tokeninfo', ({ query }) => oauth.tokenInfo(query.get('access_token') ?? '')],
    // As Google's own client asks.
    ['POST /tokeninfo', ({ bearer }) => oauth.tokenInfo(bearer)],
    ['GET /oauth2/v1/certs', () => oauth.certificates()],
    ['GET /oauth2/v3/certs', () => oauth.keySet()],
    ['GET /.well-known/openid-configuration', ({ root }) => oauth.configuration(root)],
  ]);
  return (request, response) => {
    const { path, search } = splitTarget(request.url ?? '/');
    const endpoint = endpoints.get(`${request.method} ${path}`);
    if (endpoint === undefined) return false;
    return answer(endpoint, new URLSearchParams(search), request, response);
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
        : endpoint({ query, ...callerOf(request, new URLSearchParams(text)) });
    const isPage = typeof body === 'string';
    response.writeHead(status, { ...(!isPage && { 'content-type': 'application/json; charset=utf-8' }), ...headers });
    response.end(isPage ? body : JSON.stringify(body));
  } catch {
    // The caller went away while his request was read.
    response.destroy();
  }
  return true;
}

function callerOf({ headers }: IncomingMessage, form: URLSearchParams): Omit<Asked, 'query'> {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const isBasic = scheme.toLowerCase() === 'basic';
  if (isBasic) {
    const [id = '', secret = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
    for (const [name, value] of [
      ['client_id', id],
      ['client_secret', secret],
    ] as const)
      form.set(name, decoded(value));
  }
  return { form, bearer: isBasic ? '' : credentials, root: `http://${headers.host ?? 'localhost'}` };
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1: each half is encoded as in a form. */
function decoded(text: string): string {
  return new URLSearchParams(`value=${text}`).get('value') ?? '';
}
