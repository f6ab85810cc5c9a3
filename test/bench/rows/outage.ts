/** The conference system is down for an hour while every calendar is edited: what that costs, and when all is made up for. */
import type { Row } from '../row.ts';
import { rounded } from '../statistics.ts';
import { conferenceIdOf } from '../world/sample-events.ts';
import { VirtualService } from '../world/virtual-service.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The longest wait between two tries is an hour, give or take a quarter. */
const MADE_UP_MAX_MIN = 75;

/** See the file's head. */
export const outage: Row = {
  id: 'outage',
  async measure({ isQuick, say }) {
    const calendars = isQuick ? 50 : 1_000;
    const healthy = await hourOfEdits(calendars, false);
    const down = await hourOfEdits(calendars, true);
    say(`healthy: ${JSON.stringify(healthy)}; down: ${JSON.stringify(down)}`);
    const edits = { calendars, during: 'the conference system is down for an hour' };
    const title = `${edits.during}, ${calendars} calendars edited`;
    return {
      figures: [
        {
          id: 'outage-calls',
          title,
          value: down.callsPerMinute,
          unit: 'calls/minute',
          baseline: healthy.callsPerMinute,
          bound: { atMost: 10 },
          note: 'the busiest minute; baseline: the same hour in health',
        },
        {
          id: 'outage-refused',
          title,
          value: down.refusedMessages,
          unit: 'messages refused',
          baseline: healthy.refusedMessages,
          bound: { atMost: 0 },
        },
        {
          id: 'outage-list-calls',
          title,
          value: down.listCalls - healthy.listCalls,
          unit: 'more list calls',
          baseline: 0,
          bound: { atMost: 0 },
        },
        {
          id: 'outage-undelivered',
          title,
          value: down.undelivered,
          unit: 'changes not delivered',
          baseline: calendars,
          bound: { atMost: 0 },
          note: 'baseline not run: the recipe tries nothing again before the next edit',
        },
        {
          id: 'outage-made-up',
          title,
          value: rounded(down.madeUpMin),
          unit: 'minutes until all is delivered',
          baseline: null,
          bound: { atMost: MADE_UP_MAX_MIN },
          note: 'from the end of the outage; the longest retry step is 60 minutes and a quarter',
        },
      ],
    };
  },
};

async function hourOfEdits(calendars: number, isDown: boolean) {
  const service = await VirtualService.start(calendars, 3, 3);
  try {
    service.listCalls = 0;
    service.attempts.length = 0;
    service.applied.clear();
    service.isDown = isDown;
    for (let index = 0; index < calendars; index++) {
      service.edit(index, 1);
      await service.pass(HOUR_MS / calendars);
    }
    const recoveredAt = service.time.now();
    const attempts = [...service.attempts];
    service.isDown = false;
    const { listCalls, refusedMessages } = service;
    await service.pass(2 * HOUR_MS);
    const appliedAt = Array.from({ length: calendars }, (_, index) => service.applied.get(conferenceIdOf(index, 0)));
    const lastAt = Math.max(recoveredAt, ...appliedAt.filter((at) => at !== undefined));
    return {
      callsPerMinute: busiestMinute(attempts),
      refusedMessages,
      listCalls,
      undelivered: appliedAt.filter((at) => at === undefined).length,
      madeUpMin: (lastAt - recoveredAt) / MINUTE_MS,
    };
  } finally {
    await service.close();
  }
}

/** The most calls within any sixty seconds. */
function busiestMinute(times: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [index, at] of times.entries()) {
    while ((times[from] ?? at) <= at - MINUTE_MS) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
