/**
 * A company's server: it makes conferences for the add-on, announces them, follows their events, and lets people leave. Node 22.13 or
 * later; README.md says how it is started. `node server.js forget alice@example.com` is for a person who has left.
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReceiver, nodeHandler } from 'calendar-conference-sync-receiver';
import { consentAddress, requireConnection } from './connect.js';
import { readLink, signedLink } from './links.js';
import { announceRoom, followCalendar, forgetPerson } from './manage.js';
import { settingsPage, troublePage } from './pages.js';
import { Refused, readBody, readPerson } from './requests.js';
import { openRooms } from './rooms.js';

const { WEBHOOK_SECRETS = '', DATABASE = 'rooms.db', PORT = '3000', RETRY_SECONDS = '60' } = process.env;
const { ACCOUNT_DOMAINS = 'example.com', LOGIN_URL = 'https://conferences.example.com/login' } = process.env;
const SETTINGS_LINK_MS = 10 * 60_000;

const rooms = openRooms(DATABASE);
const report = (error) => process.stderr.write(`${error}\n`);

/** Rooms that are being announced, so that none is announced twice at a time. */
const underWay = new Map();

/** What fails stays owed: it is tried again for a day, but for what can never succeed. Never rejects. */
function announce(room) {
  if (!underWay.has(room.id)) {
    const done = announceRoom(room).then(
      () => rooms.settle(room.id),
      (error) => failed(room, error),
    );
    underWay.set(
      room.id,
      done.catch(report).finally(() => underWay.delete(room.id)),
    );
  }
  return underWay.get(room.id);
}

function failed(room, error) {
  report(error);
  // A calendar or event that the service can never take: the request itself is wrong.
  if (error.status === 400) rooms.settle(room.id);
  else rooms.putOff(room.id, Number(RETRY_SECONDS) * 1000);
}

async function announceOwed() {
  for (const room of rooms.owed()) {
    // A round takes time, and the person may have left since it began.
    if (rooms.isOwed(room.id)) await announce(room);
  }
}

/** One round after the other, however long each takes. */
async function keepAnnouncing() {
  for (;;) {
    await announceOwed().catch(report);
    await sleep(Number(RETRY_SECONDS) * 1000);
  }
}

async function makeConference(request) {
  const person = await requireCustomer(request);
  await requireConnection(person, report);
  const { calendarId, eventId, solutionId } = await readBody(request);
  const room = rooms.make(request.headers['idempotency-key'], { calendarId, eventId, solutionId, owner: person });
  // A person waits: he gets his conference even if the service is away.
  if (!room.isAnnounced) await announce(room);
  return conferenceOf(room);
}

function conferenceOf({ id, pin }) {
  return {
    conferenceId: id,
    entryPoints: [
      { type: 'video', uri: `https://meet.example.com/${id}` },
      { type: 'phone', uri: 'tel:+4930901820', pin, regionCode: 'DE', features: ['toll'] },
      { type: 'sip', uri: `sip:${id}@meet.example.com` },
      { type: 'more', uri: `https://meet.example.com/${id}/dial-in` },
    ],
    notes: 'This call may be recorded.',
    parameters: { room: id },
  };
}

async function registerCalendar(request) {
  const person = await requireCustomer(request);
  await requireConnection(person, report);
  const { calendarId } = await readBody(request);
  await followCalendar(calendarId, person);
  rooms.remember(calendarId, person);
  return {};
}

/** Whoever has no account is sent to the login. */
async function requireCustomer(request) {
  const person = await readPerson(request);
  if (!ACCOUNT_DOMAINS.split(',').includes(person.split('@').at(-1))) {
    throw new Refused(401, 'no_account', { loginUrl: LOGIN_URL });
  }
  return person;
}

async function offerSettings(request) {
  return { url: signedLink('settings', await requireCustomer(request), SETTINGS_LINK_MS) };
}

async function forget(person) {
  // What is announced after he has left would have his calendar followed again.
  rooms.settleAll(person);
  await Promise.all(underWay.values());
  await forgetPerson(person);
  rooms.unremember(person);
}

const routes = {
  'POST /add-on/conferences': makeConference,
  'POST /add-on/calendars': registerCalendar,
  'POST /add-on/settings-links': offerSettings,
  'GET /add-on/connect': ({ url }) => consentAddress(url),
  'GET /add-on/settings': ({ url }) => settingsPage(rooms.calendarsOf(readLink('settings', url))),
  async 'POST /add-on/settings'({ url }) {
    await forget(readLink('settings', url));
    return settingsPage([]);
  },
};

const hooks = nodeHandler(
  createReceiver({ secrets: WEBHOOK_SECRETS.split(','), apply: rooms.apply, onTrouble: report }),
);

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/hooks') return hooks(request, response);
  try {
    const route = routes[`${request.method} ${pathname}`];
    if (route === undefined) throw new Refused(404, 'no_such_address');
    send(response, 200, await route(request));
  } catch (error) {
    if (!(error instanceof Refused)) report(error);
    const [status, reason] = error instanceof Refused ? [error.status, error.reason] : [503, 'try_again'];
    const isBrowser = request.method === 'GET' || pathname === '/add-on/settings';
    send(response, status, isBrowser ? troublePage(reason) : { reason, ...error.more });
  }
}

/** A text goes as a page, an address sends the browser there, and anything else goes as JSON. */
function send(response, status, body) {
  if (body instanceof URL) response.writeHead(302, { location: body.href }).end();
  else if (typeof body === 'string')
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(body);
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

if (process.argv[2] === 'forget') {
  await forget(process.argv[3]);
} else {
  void keepAnnouncing();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(Number(PORT), '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${server.address().port}/add-on/\n`);
  });
}
