/**
 * The worker as it is deployed, but for its state: it starts with an embedded store in which the calendars named in TEST_CALENDARS are
 * registered and synced, and prints the state of each calendar after every request. Bundled by the drain test like functions/index.ts.
 */
import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { Drain } from '../../functions/drain.ts';
import { installGate } from '../../functions/gate.ts';
import { syncCalendarHandler } from '../../functions/sync-calendar.ts';
import { wireLog, wireWorker } from '../../functions/wire.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { FUNCTION_NAMES } from '../../shared/config/settings.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { newCalendar } from '../../shared/domain/state/new-record.ts';
import { syncCalendar } from '../../shared/flow/sync/sync-calendar.ts';

const drain = new Drain();
const calendarIds = (process.env.TEST_CALENDARS ?? '').split(',');

async function wire() {
  const config = parseConfig(process.env, 'syncCalendar');
  const services = await wireWorker(config, wireLog(config), drain);
  for (const id of calendarIds) {
    await services.store.transact(async (tx) => {
      tx.putCalendar(newCalendar(id, id, 'a hash key', Date.now()));
    });
    const request = { kind: 'sync', calendar: calendarKeyOf(id), cause: 'registered' } as const;
    await syncCalendar(services, request, { lane: 'upkeep', publishedAt: Date.now() });
  }
  const handler = syncCalendarHandler(services);
  const print = async (): Promise<void> => {
    for (const id of calendarIds) {
      const calendar = await services.store.calendar(calendarKeyOf(id));
      const { lease, checkpoint, syncToken } = calendar ?? {};
      process.stdout.write(`${JSON.stringify({ line: 'state', id, lease, checkpoint, syncToken })}\n`);
    }
  };
  return { handler, print };
}

const wired = wire();
const worker: HttpFunction = async (request, response) => {
  const { handler, print } = await wired;
  // Before the answer: with its last answer the process may end.
  const { end } = response;
  response.end = ((...parts: unknown[]) => {
    void print().then(() => Reflect.apply(end, response, parts));
    return response;
    // The signatures of `end` are many, and all of them are passed on as they come.
  }) as typeof response.end;
  await handler(request, response);
};
for (const name of FUNCTION_NAMES) http(name, worker);
installGate('syncCalendar', drain);
