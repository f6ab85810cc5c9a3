/** The receiver's rate against a handler that does nothing, both under the functions framework and both asked by turns. */
import { resolve } from 'node:path';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { channelIdFor, signChannel } from '../../../shared/domain/notification/channel.ts';
import { type FunctionsServer, startFunction } from '../processes/functions-server.ts';
import { answersPerCpuSecond } from '../processes/load.ts';
import type { Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';
import { benchChannels } from '../world/terms.ts';

const SOURCE = resolve(import.meta.dirname, '../processes/receiver.ts');

/** The compiler has its say first. */
const WARMING_TURNS = 4;

/** Requests per second of CPU time, of two neighbouring turns. */
interface Rates {
  readonly ours: number;
  readonly bare: number;
}

/** See the file's head. */
export const receiverThroughput: Row = {
  id: 'receiver-throughput',
  async measure({ isQuick }) {
    // A process keeps for its life what its compiler once made of it: several pairs, so that no one's luck decides.
    const pairs = isQuick ? 1 : 5;
    const turns = isQuick ? 2 : 8;
    const turnMs = isQuick ? 300 : 500;
    const rates: Rates[] = [];
    for (let pair = 0; pair < pairs; pair++) rates.push(...(await ratesOfFreshPair(turns, turnMs)));
    return {
      figures: [
        {
          id: 'receiver-rate',
          title: 'receiver: notifications verified and published',
          value: Math.round(median(rates.map(({ ours }) => ours))),
          unit: 'requests/CPU s',
          baseline: Math.round(median(rates.map(({ bare }) => bare))),
          bound: null,
          note: 'the queue takes everything; baseline: a handler that does nothing',
        },
        {
          id: 'receiver-throughput',
          title: 'receiver against a handler that does nothing',
          value: rounded(median(rates.map(({ ours, bare }) => ours / bare))),
          unit: 'of its requests',
          baseline: 1,
          bound: { atLeast: 0.95 },
        },
      ],
    };
  },
};

const rateOf = (server: FunctionsServer, ms: number): Promise<number> =>
  answersPerCpuSecond(server, notification(server.port), 204, ms);

async function ratesOfFreshPair(turns: number, turnMs: number): Promise<Rates[]> {
  const shared = { deployment: 'receive-notification', source: SOURCE, env: {}, body: '' };
  const receiver = await startFunction({ ...shared, target: 'receiveNotification', status: 403 });
  const empty = await startFunction({ ...shared, target: 'empty', status: 204 });
  try {
    const rates: Rates[] = [];
    for (let turn = 1 - WARMING_TURNS; turn <= turns; turn++) {
      // Ours goes first in every other turn, so that a machine that grows slower favours neither.
      const early = turn % 2 === 0 ? await rateOf(receiver, turnMs) : undefined;
      const bare = await rateOf(empty, turnMs);
      const ours = early ?? (await rateOf(receiver, turnMs));
      if (turn >= 1) rates.push({ ours, bare });
    }
    return rates;
  } finally {
    await Promise.all([receiver.kill(), empty.kill()]);
  }
}

/** As Google sends it (https://developers.google.com/workspace/calendar/api/guides/push#making-watch-requests). */
function notification(port: number): string {
  const { keys } = benchChannels();
  const channelId = channelIdFor(calendarKeyOf('user@example.com'), '0123456789abcdef0123456789abcdef');
  return [
    'POST / HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json; utf-8',
    'Content-Length: 0',
    'User-Agent: APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
    'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    `X-Goog-Channel-ID: ${channelId}`,
    `X-Goog-Channel-Token: ${signChannel(channelId, keys)}`,
    'X-Goog-Channel-Expiration: Thu, 26 Nov 2026 01:13:52 GMT',
    'X-Goog-Resource-ID: ret08u3rv24htgh289g',
    'X-Goog-Resource-URI: https://www.googleapis.com/calendar/v3/calendars/user@example.com/events',
    'X-Goog-Resource-State: exists',
    'X-Goog-Message-Number: 10',
    '\r\n',
  ].join('\r\n');
}
