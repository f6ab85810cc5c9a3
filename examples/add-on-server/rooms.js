/** The conferences, in SQLite: which request made each, whether the service knows it, and what the service said of its event. */
import { randomInt, randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { isNews } from 'calendar-conference-sync-receiver';
import { Refused } from './requests.js';

const DAY_MS = 24 * 3_600_000;
const DOUBLINGS_MAX = 6;

/** Opens the file, or makes it. */
export function openRooms(file) {
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec(`
    CREATE TABLE IF NOT EXISTS rooms (id TEXT PRIMARY KEY, key TEXT UNIQUE, calendarId TEXT NOT NULL, eventId TEXT NOT NULL,
      solutionId TEXT NOT NULL, owner TEXT NOT NULL, pin TEXT NOT NULL, isAnnounced INTEGER NOT NULL DEFAULT 0,
      revision INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'active', event TEXT);
    CREATE TABLE IF NOT EXISTS attempts (id TEXT PRIMARY KEY, count INTEGER NOT NULL, firstAt INTEGER NOT NULL, nextAt INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS calendars (calendarId TEXT, owner TEXT, PRIMARY KEY (calendarId, owner));
  `);
  const byKey = database.prepare('SELECT * FROM rooms WHERE key = ?');
  const byId = database.prepare('SELECT * FROM rooms WHERE id = ?');
  const releaseKey = database.prepare('UPDATE rooms SET key = NULL WHERE id = ?');
  const insert = database.prepare(
    'INSERT INTO rooms (id, key, calendarId, eventId, solutionId, owner, pin) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const settled = database.prepare('UPDATE rooms SET isAnnounced = 1 WHERE id = ?');
  const settledFor = database.prepare('UPDATE rooms SET isAnnounced = 1 WHERE owner = ?');
  const update = database.prepare('UPDATE rooms SET revision = ?, state = ?, event = ? WHERE id = ?');
  // Whoever has waited longest comes first, so that none that keeps failing stands before the others.
  const owed = database.prepare(`SELECT rooms.* FROM rooms LEFT JOIN attempts USING (id)
    WHERE isAnnounced = 0 AND state = 'active' AND ifnull(nextAt, 0) <= ? ORDER BY ifnull(nextAt, 0) LIMIT 20`);
  const attemptOf = database.prepare('SELECT * FROM attempts WHERE id = ?');
  const putAttempt = database.prepare('INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?)');
  const remember = database.prepare('INSERT OR IGNORE INTO calendars VALUES (?, ?)');
  const unremember = database.prepare('DELETE FROM calendars WHERE owner = ?');
  const calendarsOf = database.prepare('SELECT calendarId FROM calendars WHERE owner = ?');

  /** The room and what is owed for it become visible together, or not at all. */
  function inTransaction(work) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  function roomFor(key, { calendarId, eventId, solutionId, owner }) {
    const known = byKey.get(key);
    if (known !== undefined) {
      const isSame = known.calendarId === calendarId && known.eventId === eventId && known.solutionId === solutionId;
      if (!isSame) throw new Refused(409, 'key_taken');
      if (known.state === 'active') return known;
      // It has ended since: the request means a conference that people can enter.
      releaseKey.run(known.id);
    }
    const id = `c-${randomUUID()}`;
    insert.run(id, key, calendarId, eventId, solutionId, owner, String(randomInt(1000, 10_000)));
    remember.run(calendarId, owner);
    return byId.get(id);
  }

  return {
    /** The room that was made for the key, or a new one, which is owed an announcement. @throws Refused */
    make(key, place) {
      const isWhole = [key, place.calendarId, place.eventId, place.solutionId].every(
        (part) => typeof part === 'string' && part !== '',
      );
      if (!isWhole) throw new Refused(400, 'request_incomplete');
      return inTransaction(() => roomFor(key, place));
    },
    owed: () => owed.all(Date.now()),
    isOwed: (id) => byId.get(id).isAnnounced === 0,
    /** Nothing is owed for this room any more. */
    settle: (id) => settled.run(id),
    /** Nothing is owed for any room of this person. */
    settleAll: (owner) => settledFor.run(owner),
    /** An announcement failed: the next comes after `waitMs`, twice that and so on, until a day has passed since the first. */
    putOff(id, waitMs) {
      const now = Date.now();
      const { count, firstAt } = attemptOf.get(id) ?? { count: 0, firstAt: now };
      // The service keeps what is announced for a day; by then the event is saved, and found without it.
      if (now - firstAt > DAY_MS) settled.run(id);
      else putAttempt.run(id, count + 1, firstAt, now + waitMs * 2 ** Math.min(count, DOUBLINGS_MAX));
    },
    remember: (calendarId, owner) => remember.run(calendarId, owner),
    unremember: (owner) => unremember.run(owner),
    calendarsOf: (owner) => calendarsOf.all(owner).map(({ calendarId }) => calendarId),
    /** What the service says of the event; rooms that were not made here are none of ours. */
    apply({ type, data }) {
      inTransaction(() => {
        const room = byId.get(data.conferenceId);
        if (room === undefined || !isNews({ type, data }, room.revision)) return;
        const state = { 'conference.cancelled': 'cancelled', 'conference.updated': 'active' }[type] ?? room.state;
        update.run(
          data.revision,
          state,
          type === 'conference.updated' ? JSON.stringify(data.event) : room.event,
          room.id,
        );
      });
    },
  };
}
