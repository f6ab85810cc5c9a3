/** What the add-on sends: who asks, and for what. */
import { OAuth2Client } from 'google-auth-library';

/** ADD_ON_CLIENT_ID is the OAuth client of the script's project. CERTS_URL is for tests, which sign tokens themselves. */
const { ADD_ON_CLIENT_ID = '', CERTS_URL } = process.env;
const google = new OAuth2Client(
  CERTS_URL === undefined ? {} : { endpoints: { oauth2FederatedSignonPemCertsUrl: CERTS_URL } },
);
const BODY_BYTES_MAX = 65_536;

/** An answer other than 200, with a reason for the script's log. */
export class Refused extends Error {
  constructor(status, reason, more = {}) {
    super(reason);
    Object.assign(this, { status, reason, more });
  }
}

/** The address of the person whose ID token Google signed for our add-on. @throws Refused 401 */
export async function readPerson({ headers }) {
  const idToken = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (idToken === undefined) throw new Refused(401, 'no_token');
  try {
    const ticket = await google.verifyIdToken({ idToken, audience: ADD_ON_CLIENT_ID });
    const { email, email_verified: isVerified } = ticket.getPayload();
    if (isVerified) return email;
  } catch {
    // Expired, for another audience, or not signed by Google.
  }
  throw new Refused(401, 'token_refused');
}

/** The body as an object. @throws Refused 400, 413 */
export async function readBody(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > BODY_BYTES_MAX) throw new Refused(413, 'body_too_large');
  }
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new Refused(400, 'body_is_no_json');
  }
}
