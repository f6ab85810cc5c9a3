/** What one worker works with in a world: its own clock and ids, the ports that wait for their turn, and a log that is judged. */
import type { WorkerServices } from '../../functions/sync-calendar.ts';
import type { Breaker } from '../../shared/domain/delivery/breaker.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import { conferencePort } from './conference-port.ts';
import { googlePort } from './google-port.ts';
import type { Worker } from './scheduler.ts';
import { CHANNELS } from './settings.ts';
import { storePort } from './store-port.ts';
import type { World } from './world.ts';

/** See the file's head; the breaker is that of the worker's process. */
export function workerServices(world: World, worker: Worker, breaker: Breaker): WorkerServices {
  const { scheduler, queue, policy, fates } = world;
  return {
    clock: {
      now: () => scheduler.now + worker.skewMs,
      sleep: (ms) => scheduler.call(worker, 'sleep', () => undefined, undefined, ms),
    },
    random: {
      fraction: () => world.random.next(),
      id: () => {
        const id = `${worker.name}x${++worker.ids}`.padEnd(20, '0');
        world.processes.owners.set(id, worker);
        return id;
      },
    },
    google: googlePort(world, worker),
    store: storePort(world, worker),
    conferences: conferencePort(world, worker),
    queue: {
      publish: (message, lane) =>
        scheduler.call(
          worker,
          'queue.publish',
          () => {
            world.wakes++;
            return queue.publish(message, lane);
          },
          () => `${message.kind} on ${lane}`,
        ),
    },
    deadLetters: {
      put: async ({ reason }) => world.judges.violate(`a message became a dead letter: ${reason}`),
    },
    log: { write: (line) => logged(world, worker, line) },
    policy,
    channels: CHANNELS,
    breaker,
    isStopping: () => {
      worker.isStopping ||= fates.strikes('stopping');
      return worker.isStopping;
    },
  };
}

function logged(world: World, worker: Worker, line: LogLine): void {
  const { history, scheduler, witness, absences } = world;
  if (line.line === 'sync') {
    history.add(scheduler.now, worker.name, `sync ${line.cause}: ${line.outcome}`);
    if (line.outcome === 'synced') witness.synced(worker, (id) => !absences.isAway(id));
    if (line.lane === 'live' && line.mode === 'full')
      world.judges.violate("a full listing stood before people's edits");
  }
  if (line.line === 'failure') world.judges.judgeError(line.error);
  if (line.line === 'token-rejected' || line.line === 'calendar-status') {
    history.add(scheduler.now, worker.name, line.line);
  }
}
