/** A conference system's side with a database: WEBHOOK_SECRETS=whsec_... node receiver.js (Node 22.13 or later). */
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { createReceiver, isNews, nodeHandler, occurrenceKey } from 'calendar-conference-sync-receiver';

const { WEBHOOK_SECRETS = '', DATABASE = 'conferences.db', PORT = '3000' } = process.env;

const database = new DatabaseSync(DATABASE);
database.exec(`
  CREATE TABLE IF NOT EXISTS conferences (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, state TEXT NOT NULL, event TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS occurrences (conference TEXT, key TEXT, state TEXT, occurrence TEXT, PRIMARY KEY (conference, key));
`);
const find = database.prepare('SELECT revision, state, event FROM conferences WHERE id = ?');
const save = database.prepare('INSERT OR REPLACE INTO conferences VALUES (?, ?, ?, ?)');
const findOccurrences = database.prepare('SELECT state, occurrence FROM occurrences WHERE conference = ?');
const saveOccurrence = database.prepare('INSERT OR REPLACE INTO occurrences VALUES (?, ?, ?, ?)');

/** The change and its revision become visible together, or not at all. */
function apply(change) {
  database.exec('BEGIN IMMEDIATE');
  try {
    applyInTransaction(change);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function applyInTransaction(change) {
  const { conferenceId, revision } = change.data;
  const known = find.get(conferenceId) ?? { revision: 0, state: 'active', event: '{}' };
  if (!isNews(change, known.revision)) return;
  switch (change.type) {
    case 'conference.updated':
      save.run(conferenceId, revision, 'active', JSON.stringify(change.data.event));
      break;
    case 'conference.cancelled':
      save.run(conferenceId, revision, 'cancelled', known.event);
      break;
    case 'conference.occurrence_updated':
    case 'conference.occurrence_cancelled': {
      const { occurrence } = change.data;
      const state = change.type === 'conference.occurrence_updated' ? 'updated' : 'cancelled';
      saveOccurrence.run(conferenceId, occurrenceKey(occurrence), state, JSON.stringify(occurrence));
      save.run(conferenceId, revision, known.state, known.event);
    }
  }
}

/** What is kept of a conference; the console of the sandbox and the conformance test ask for it. */
function readBack(id) {
  const known = find.get(id);
  if (known === undefined) return undefined;
  const occurrences = findOccurrences.all(id).map(({ state, occurrence }) => ({ ...JSON.parse(occurrence), state }));
  return { id, state: known.state, ...JSON.parse(known.event), occurrences };
}

const onTrouble = (error) => process.stderr.write(`${error}\n`);
const receive = nodeHandler(createReceiver({ secrets: WEBHOOK_SECRETS.split(','), apply, onTrouble }));

const server = createServer((request, response) => {
  const url = URL.parse(request.url, 'http://localhost');
  if (url?.pathname === '/hooks') return receive(request, response);
  const found = readBack(url?.searchParams.get('id') ?? '');
  response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify(found ?? { error: 'conference_not_found' }));
});
server.listen(Number(PORT), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/hooks\n`);
});
