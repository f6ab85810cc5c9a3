/** A sandbox without the service: real simulators, and a manage API, a worker and dead letters of a few lines. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { SimulatedConferences } from '../../../sandbox/conference/simulated-conferences.ts';
import type { ConsoleWorld, DeadLetterView, Happening } from '../../../sandbox/console/console-world.ts';
import { type Console, createConsole } from '../../../sandbox/console/serve-console.ts';
import { SECRET, updated } from '../conference/signed.ts';

/** A console over a fake world, listening. */
export interface FakeSandbox {
  readonly root: string;
  readonly calendar: SimulatedCalendar;
  readonly conferences: SimulatedConferences;
  readonly letters: DeadLetterView[];
  readonly worker: { paused: boolean; killed: boolean };
  tell(happening: Happening): void;
  /** Lets the conference system know c-1 under this title. */
  deliver(revision: number, event?: object): void;
  close(): Promise<void>;
}

/** The calendar that the fake service follows. */
export const ALICE = 'alice@example.com';

/** Starts it; the clock stands still. */
export async function startFakeSandbox(now = Date.parse('2027-03-01T08:00:00Z')): Promise<FakeSandbox> {
  const calendar = new SimulatedCalendar({ now: () => now, autoCreate: true });
  calendar.addCalendar(ALICE);
  const conferences = new SimulatedConferences({ secrets: [SECRET], now: () => now });
  const listeners = new Set<(happening: Happening) => void>();
  const letters: DeadLetterView[] = [];
  const worker = { paused: false, killed: false };
  const manage = await listen((request, response) => {
    response.setHeader('content-type', 'application/json');
    const body = {
      calendars: [{ calendarId: ALICE, status: 'active', hasSyncToken: true, channel: null, failure: null }],
    };
    if (request.method === 'GET') response.end(JSON.stringify(body));
    else response.writeHead(202).end(JSON.stringify({ asked: `${request.method} ${request.url}` }));
  });
  const forget = async (id: string): Promise<void> => {
    letters.splice(0, letters.length, ...letters.filter((letter) => letter.id !== id));
  };
  const world: ConsoleWorld = {
    now: () => now,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    calendar,
    conferences,
    worker: {
      isPaused: () => worker.paused,
      setPaused: (paused) => {
        worker.paused = paused;
      },
      setKillArmed: (killed) => {
        worker.killed = killed;
      },
      isKillArmed: () => worker.killed,
    },
    deliveries: {
      of: () => [],
      lastOfEach: () => new Map(),
      sendAgain: async () => false,
      curl: () => undefined,
      toldOf: () => undefined,
      clear: () => undefined,
    },
    receiver: () => ({ kind: 'simulated', where: '', isSeen: true, trouble: null }),
    addOn: {
      addConference: async ({ solutionName }) =>
        solutionName === 'Broken'
          ? { kind: 'refused', message: 'The conference could not be made just now. Try again.' }
          : { kind: 'added', conferenceData: { conferenceId: 'c-1' } },
    },
    grants: { revoke: () => undefined },
    manageOrigin: rootOf(manage),
    deadLetters: { list: async () => [...letters], replay: forget, drop: forget },
    failures: { list: async () => [], retry: async () => undefined },
    reset: async () => conferences.forgetAll(),
  };
  const console: Console = createConsole({ world, tickMs: 50 });
  const server = await listen((request, response) => {
    void Promise.resolve(console.listener(request, response)).then((isTaken) => {
      if (!isTaken) response.writeHead(418).end();
    });
  });
  const tell = (happening: Happening): void => {
    for (const listener of listeners) listener(happening);
  };
  conferences.onChange((conference) => tell({ kind: 'conference', at: now, conference }));
  return {
    root: rootOf(server),
    calendar,
    conferences,
    letters,
    worker,
    tell,
    deliver: (revision, event = {}) => {
      conferences.receiveVerified(`msg_${revision}`, JSON.stringify(updated(revision, event)));
    },
    close: async () => {
      console.close();
      await Promise.all([end(server), end(manage)]);
    },
  };
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function rootOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
