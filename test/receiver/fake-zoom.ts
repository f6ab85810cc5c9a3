/**
 * The part of Zoom's API that the example uses: meetings, their occurrences, tokens, and its ways to say no
 * (https://developers.zoom.us/docs/api/meetings/, https://developers.zoom.us/docs/api/rate-limits/).
 */
import { createServer, type IncomingMessage } from 'node:http';
import { listen, type Served } from '../listen.ts';

/** What Zoom keeps of a meeting: the body of the last PATCH, and that of each occurrence. */
export interface Meeting {
  readonly fields: Readonly<Record<string, unknown>>;
  /** By occurrence id. */
  readonly occurrences: Readonly<Record<string, Readonly<Record<string, unknown>> | 'deleted'>>;
}

/** A running fake. */
export interface FakeZoom extends Served {
  readonly meetings: Map<string, Meeting>;
  /** The next call is refused with this; used up by it. */
  refuseNext(status: number, body: object, headers?: Readonly<Record<string, string>>): void;
  tokensGiven(): number;
}

const TOKEN_SECONDS = 3_600;

/** Starts it. */
export async function startFakeZoom(): Promise<FakeZoom> {
  const meetings = new Map<string, Meeting>();
  let refusal: { status: number; body: object; headers: Readonly<Record<string, string>> } | undefined;
  let tokens = 0;

  const server = createServer(async (request, response) => {
    const { status, body = {}, headers = {} } = await answer(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  });

  async function answer(
    request: IncomingMessage,
  ): Promise<{ status: number; body?: object; headers?: Readonly<Record<string, string>> }> {
    const url = new URL(request.url ?? '/', 'http://zoom');
    const { authorization = '' } = request.headers;
    if (url.pathname === '/oauth/token') {
      const isKnown = authorization === `Basic ${Buffer.from('client:secret').toString('base64')}`;
      if (!isKnown || url.searchParams.get('account_id') !== 'account') return { status: 401 };
      tokens += 1;
      return { status: 200, body: { access_token: `token-${tokens}`, expires_in: TOKEN_SECONDS } };
    }
    if (authorization !== `Bearer token-${tokens}`) return { status: 401, body: { code: 124 } };
    const refused = refusal;
    refusal = undefined;
    if (refused !== undefined) return refused;
    const [, id = ''] = /^\/v2\/meetings\/([^/]+)$/.exec(url.pathname) ?? [];
    const meeting = meetings.get(id);
    if (meeting === undefined) return { status: 404, body: { code: 3001, message: `Meeting does not exist: ${id}.` } };
    const occurrence = url.searchParams.get('occurrence_id');
    if (request.method === 'DELETE' && occurrence === null) {
      meetings.delete(id);
      return { status: 204 };
    }
    const fields = request.method === 'DELETE' ? ('deleted' as const) : Object(await jsonOf(request));
    const { occurrences } = meeting;
    meetings.set(
      id,
      occurrence === null
        ? { ...meeting, fields }
        : { ...meeting, occurrences: { ...occurrences, [occurrence]: fields } },
    );
    return { status: 204 };
  }

  return {
    ...(await listen(server)),
    meetings,
    refuseNext: (status, body, headers = {}) => {
      refusal = { status, body, headers };
    },
    tokensGiven: () => tokens,
  };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += String(part);
  return JSON.parse(text);
}
