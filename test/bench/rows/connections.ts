/**
 * What it takes that users connect themselves: the transactions and the time of a callback, and the reads and dollars of their tokens. Google
 * and the database are simulated, with the time that an answer of theirs takes.
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLEETS, PRICES, tokenDollars } from '../../../scripts/fleet-model.ts';
import { createOAuthAccessTokens } from '../../../shared/adapters/google-calendar/oauth-access-tokens.ts';
import { createMemoryStore, type MemoryStore } from '../../../shared/adapters/memory/store.ts';
import { systemClock, systemRandom } from '../../../shared/adapters/system/clock.ts';
import type { ConsentRequest, GoogleConsent } from '../../../shared/domain/ports.ts';
import { finishConnection } from '../../../shared/flow/connections/finish-connection.ts';
import { offerConnection } from '../../../shared/flow/connections/offer-connection.ts';
import { startConnection } from '../../../shared/flow/connections/start-connection.ts';
import { storedGrants } from '../../../shared/flow/connections/stored-grants.ts';
import { listen } from '../../listen.ts';
import type { Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';
import { distantDatabase, ROUND_TRIP_MS } from '../world/distant-database.ts';

const SUBJECT = 'user-0@example.com';
const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const KEYS = [Buffer.alloc(32, 'bench').toString('base64')] as const;
const TERMS = { keys: KEYS, clientId: 'client', url: 'http://127.0.0.1:1', returnHosts: ['app.example.com'] };

/** What Google takes to exchange a code. */
const EXCHANGE_MS = 150;
const USERS_TIMED = 9;

/** What was counted. */
interface Counted {
  readonly transactions: number;
  /** The median of some users. */
  readonly callbackMs: number;
  /** For an access token that is made, and for one that is kept already. */
  readonly made: number;
  readonly kept: number;
}

/** See the file's head. */
export const connections: Row = {
  id: 'connections',
  async measure() {
    const { transactions, callbackMs, made, kept } = await count();
    const [fleet] = FLEETS;
    if (fleet === undefined) throw new Error('the model has no fleet');
    const figure = (id: string, title: string, value: number, unit: string, atMost: number, note?: string) => ({
      id,
      title,
      value,
      unit,
      baseline: null,
      bound: { atMost },
      ...(note !== undefined && { note }),
    });
    return {
      figures: [
        figure(
          'connect-transactions',
          'a user comes back from Google and is connected',
          transactions,
          'transactions',
          1,
        ),
        figure(
          'connect-time',
          "the same, against Google's own time for it",
          rounded(callbackMs / EXCHANGE_MS),
          'times',
          1.5,
          `with ${EXCHANGE_MS} ms for Google's exchange of the code and ${ROUND_TRIP_MS} ms for each round trip to the database`,
        ),
        figure('token-kept-reads', 'a sync whose access token is kept: added', kept, 'reads', 0),
        figure('token-made-reads', 'a sync that makes its access token: added', made, 'reads', 1),
        {
          ...figure(
            'token-dollars',
            `a month of the tokens of ${fleet.calendars.toLocaleString('en')} users`,
            rounded(tokenDollars(fleet, made)),
            'dollars',
            3,
            'the reads counted, at most one for each call of the model of costs, and a secret for the keys',
          ),
          baseline: fleet.calendars * PRICES.perSecretVersion,
        },
      ],
    };
  },
};

/** Takes users through a consent, then asks for the access token of the last one twice. */
async function count(): Promise<Counted> {
  // The first one waits for the compiler, too.
  let way = await goThroughConsent();
  const times: number[] = [];
  for (let user = 0; user < USERS_TIMED; user++) {
    way = await goThroughConsent();
    times.push(way.ms);
  }
  return { transactions: way.transactions, callbackMs: median(times), ...(await countTokens(way.store)) };
}

/** A user's way back from Google. */
interface Way {
  readonly transactions: number;
  readonly ms: number;
  readonly store: MemoryStore;
}

async function goThroughConsent(): Promise<Way> {
  let transactions = 0;
  const store = createMemoryStore({ now: systemClock.now });
  const services = {
    clock: systemClock,
    random: systemRandom,
    log: { write: () => undefined },
    queue: { publish: async () => undefined },
    store: distantDatabase(store, sleep, () => transactions++),
    terms: TERMS,
    consent: consent(),
  };
  const offer = await offerConnection(services, {
    subject: SUBJECT,
    calendars: [SUBJECT],
    returnTo: 'https://app.example.com/',
  });
  const link = new URL(offer.url).searchParams.get('ticket') ?? '';
  const start = await startConnection(services, link, undefined);
  if (start.kind !== 'go') throw new Error(`the way to Google ended: ${start.reason}`);
  const { state, nonce }: ConsentRequest = JSON.parse(start.address);
  services.consent = consent(nonce);
  transactions = 0;
  const startedAt = performance.now();
  const given = { state, code: 'code', error: undefined, issuer: undefined, cookie: start.browser };
  const finish = await finishConnection(services, given);
  if (finish.kind !== 'back') throw new Error(`the way back ended: ${finish.reason}`);
  return { transactions, ms: performance.now() - startedAt, store };
}

/** Google as far as a consent needs it; what is asked for comes back as its address. */
function consent(nonce: string | null = null): GoogleConsent {
  return {
    scope: SCOPE,
    addressOf: (request) => JSON.stringify(request),
    async exchange() {
      await sleep(EXCHANGE_MS);
      return {
        refreshToken: 'refresh',
        endsInSeconds: null,
        scopes: [SCOPE],
        email: SUBJECT,
        isEmailVerified: true,
        nonce,
      };
    },
    revoke: async () => undefined,
  };
}

async function countTokens(store: MemoryStore): Promise<Pick<Counted, 'made' | 'kept'>> {
  const answer = JSON.stringify({ access_token: 'access', expires_in: 3_599 });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  const endpoint = await listen(server);
  try {
    const terms = { clock: systemClock, random: systemRandom, log: { write: () => undefined }, store };
    const tokens = createOAuthAccessTokens({
      clientId: TERMS.clientId,
      clientSecret: 'secret',
      projectId: 'bench',
      secretPrefix: 'x-',
      account: { email: async () => 'own', token: async () => 'own' },
      grants: storedGrants({ ...terms, keys: KEYS, clientId: TERMS.clientId }),
      tokenUrl: endpoint.url,
    });
    const reads = async (): Promise<number> => {
      const before = store.operations.reads;
      await tokens.tokenFor(SUBJECT);
      return store.operations.reads - before;
    };
    return { made: await reads(), kept: await reads() };
  } finally {
    await endpoint.close();
  }
}
