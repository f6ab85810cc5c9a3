/** One call of Zoom's API, with a server-to-server token (https://developers.zoom.us/docs/internal-apps/s2s-oauth/). */

const { ZOOM_API = 'https://api.zoom.us/v2', ZOOM_TOKEN_URL = 'https://zoom.us/oauth/token' } = process.env;
const { ZOOM_ACCOUNT_ID = '', ZOOM_CLIENT_ID = '', ZOOM_CLIENT_SECRET = '' } = process.env;

/** Zoom's code for "Meeting does not exist". */
const MEETING_GONE = 3001;
const TOKEN_MARGIN_MS = 60_000;

/** Zoom cannot do it now; the service asks again, after `retryAfterMs` if Zoom has said when. */
class ZoomTrouble extends Error {
  override readonly name = 'ZoomTrouble';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Zoom's answer to a request for a token. */
interface Granted {
  readonly access_token: string;
  readonly expires_in: number;
}

let token: { readonly text: string; readonly until: number } | undefined;

/** `gone`: there is no such meeting or occurrence. @throws ZoomTrouble */
export async function callZoom(
  method: 'PATCH' | 'DELETE',
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<'done' | 'gone'> {
  const headers = { authorization: `Bearer ${await accessToken(signal)}`, 'content-type': 'application/json' };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(ZOOM_API + path, { method, headers, signal, ...content });
  if (answer.ok) return 'done';
  // A token that was withdrawn before its time.
  if (answer.status === 401) token = undefined;
  const { code }: { code?: number } = JSON.parse((await answer.text()) || '{}');
  if (answer.status === 404 && code === MEETING_GONE) return 'gone';
  throw new ZoomTrouble(`Zoom answered ${answer.status} (${code})`, waitOf(answer));
}

/** Zoom names the moment at which a daily limit ends, or leaves the header out: then the service's own times hold. */
function waitOf({ headers }: Response): number | undefined {
  const text = headers.get('retry-after') ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

async function accessToken(signal: AbortSignal): Promise<string> {
  if (token !== undefined && token.until > Date.now()) return token.text;
  const url = `${ZOOM_TOKEN_URL}?${new URLSearchParams({ grant_type: 'account_credentials', account_id: ZOOM_ACCOUNT_ID })}`;
  const key = Buffer.from(`${ZOOM_CLIENT_ID}:${ZOOM_CLIENT_SECRET}`).toString('base64');
  const answer = await fetch(url, { method: 'POST', headers: { authorization: `Basic ${key}` }, signal });
  if (!answer.ok) throw new ZoomTrouble(`Zoom gave no token (${answer.status})`);
  const { access_token: text, expires_in: seconds }: Granted = JSON.parse(await answer.text());
  token = { text, until: Date.now() + seconds * 1_000 - TOKEN_MARGIN_MS };
  return token.text;
}
