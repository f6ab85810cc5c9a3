/** Serves the kit in a framework, as a company would: `node serve.mjs http|express|express-raw|fastify|fetch`. Prints its address. */
import { createServer } from 'node:http';
import {
  createReceiver,
  fastifyPlugin,
  fetchHandler,
  isNews,
  nodeHandler,
  occurrenceKey,
} from 'calendar-conference-sync-receiver';

const conferences = new Map();

function apply(change) {
  const { conferenceId, revision } = change.data;
  const known = conferences.get(conferenceId) ?? { state: 'active', occurrences: new Map() };
  if (!isNews(change, known.revision)) return;
  switch (change.type) {
    case 'conference.updated':
      conferences.set(conferenceId, { ...known, revision, ...change.data.event, state: 'active' });
      break;
    case 'conference.cancelled':
      conferences.set(conferenceId, { ...known, revision, state: 'cancelled' });
      break;
    default: {
      const { occurrence } = change.data;
      const state = change.type.endsWith('updated') ? 'updated' : 'cancelled';
      known.occurrences.set(occurrenceKey(occurrence), { ...occurrence, state });
      conferences.set(conferenceId, { ...known, revision });
    }
  }
}

const receiver = createReceiver({ secrets: [process.env.WEBHOOK_SECRET], apply });
const kept = (id) => {
  const found = conferences.get(id);
  return found && { ...found, occurrences: [...found.occurrences.values()] };
};
const print = (port) => process.stdout.write(`http://127.0.0.1:${port}/hooks\n`);

/** A server that has the receiver at POST /hooks, and gives everything else to `readBack`. */
function listen(handler) {
  const server = createServer(handler).listen(0, '127.0.0.1', () => print(server.address().port));
}
function readBack(request, response) {
  const found = kept(new URL(request.url, 'http://localhost').searchParams.get('id'));
  response
    .writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(found ?? {}));
}

const FRAMEWORKS = {
  http() {
    const handle = nodeHandler(receiver);
    listen((request, response) => (request.url === '/hooks' ? handle : readBack)(request, response));
  },
  async express() {
    const { default: express } = await import('express');
    listen(express().post('/hooks', nodeHandler(receiver)).use(express.json()).get('/{*any}', readBack));
  },
  async 'express-raw'() {
    const { default: express } = await import('express');
    const raw = express.raw({ type: '*/*', limit: '1mb' });
    listen(express().use(raw).post('/hooks', nodeHandler(receiver)).get('/{*any}', readBack));
  },
  async 'express-parsed'() {
    const { default: express } = await import('express');
    listen(express().use(express.json()).post('/hooks', nodeHandler(receiver)));
  },
  async fastify() {
    const { default: fastify } = await import('fastify');
    const app = fastify();
    app.register(fastifyPlugin(receiver, '/hooks'));
    app.get('/conferences', (request, reply) =>
      reply.code(kept(request.query.id) ? 200 : 404).send(kept(request.query.id) ?? {}),
    );
    await app.listen({ port: 0, host: '127.0.0.1' });
    print(app.server.address().port);
  },
  fetch() {
    const handle = fetchHandler(receiver);
    listen(async (request, response) => {
      if (request.url !== '/hooks') return readBack(request, response);
      try {
        const body = request.method === 'POST' ? { body: request, duplex: 'half' } : {};
        const init = { method: request.method, headers: request.headers, ...body };
        const answer = await handle(new Request('http://localhost/hooks', init));
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      } catch {
        response.destroy();
      }
    });
  },
};

await FRAMEWORKS[process.argv[2]]();
