/** The worker as it is deployed, over embedded adapters: what a row does not replace is the real thing. */
import type { WorkerServices } from '../../../functions/sync-calendar.ts';
import { createJsonLog } from '../../../shared/adapters/log/json-log.ts';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { systemClock, systemRandom } from '../../../shared/adapters/system/clock.ts';
import { Breaker } from '../../../shared/domain/delivery/breaker.ts';
import type { GoogleCalendar } from '../../../shared/domain/ports.ts';
import { benchChannels, benchPolicy } from './terms.ts';

/** Services around this Google. Log lines are made and thrown away, and the conference system says yes to everything. */
export function makeServices(google: GoogleCalendar, replaced: Partial<WorkerServices> = {}): WorkerServices {
  const services: WorkerServices = {
    clock: systemClock,
    random: systemRandom,
    google,
    store: createMemoryStore({ now: systemClock.now }),
    queue: { publish: async () => undefined },
    deadLetters: {
      put: async ({ reason }) => {
        throw new Error(`the benchmark made a dead letter: ${reason}`);
      },
    },
    conferences: { apply: async () => ({ kind: 'done' }), tell: async () => ({ kind: 'done' }) },
    breaker: new Breaker(),
    log: createJsonLog({ print: () => undefined }),
    policy: benchPolicy(),
    channels: benchChannels(),
    isStopping: () => false,
    ...replaced,
  };
  return services;
}
