/** Where the sandbox keeps its state and its work: embedded in the process, or on the official emulators. One face for both. */
import { createMemoryQueue } from '../shared/adapters/memory/queue.ts';
import { createMemoryStore } from '../shared/adapters/memory/store.ts';
import type { Config } from '../shared/config/config.ts';
import { decodeWork, type Lane } from '../shared/domain/notification/work-message.ts';
import type { DeadLetters, Store, WorkQueue } from '../shared/domain/ports.ts';
import type { DeadLetterView } from './console/console-world.ts';
import type { ConsoleFeed } from './console-feed.ts';
import { openEmulatedState } from './emulated-state.ts';
import { LOOPBACK, type SandboxPorts } from './sandbox-config.ts';
import type { WorkerSwitch } from './worker-switch.ts';

/** See the file's head. */
export interface SandboxState {
  readonly store: Store;
  readonly queue: WorkQueue;
  readonly deadLetters: DeadLetters;
  /** What a person may do with dead letters. */
  readonly letters: {
    list(): Promise<readonly DeadLetterView[]>;
    replay(id: string): Promise<void>;
    drop(id: string): Promise<void>;
  };
  /** The variables that lead another program to the emulators; null where the state is embedded. */
  readonly emulated: Readonly<Record<string, string>> | null;
  close(): Promise<void>;
}

const PUSHES_AT_ONCE = 16;
/** Watchable: a refused message comes back soon, and a long pause makes no dead letters. */
const MESSAGE_BACKOFF_MAX_MS = 1_000;
const MESSAGE_ATTEMPTS_MAX = 1_000;
const HELD_POLL_MS = 100;
const DATA_SHOWN_MAX = 500;

/** Opens what the configuration asks for. @throws Error in words for people if the emulators cannot be had */
export async function openState(
  config: Config,
  ports: SandboxPorts,
  worker: WorkerSwitch,
  feed: ConsoleFeed,
): Promise<SandboxState> {
  return config.stateStore === 'memory' ? embedded(ports, worker, feed) : openEmulatedState(config, ports);
}

function embedded(ports: SandboxPorts, worker: WorkerSwitch, feed: ConsoleFeed): SandboxState {
  const queue = createMemoryQueue({
    now: Date.now,
    timers: { set: setTimeout, clear: clearTimeout },
    concurrency: PUSHES_AT_ONCE,
    backoffMaxMs: MESSAGE_BACKOFF_MAX_MS,
    attemptsMax: MESSAGE_ATTEMPTS_MAX,
    async deliver(envelope, lane, signal) {
      while (worker.isPaused() && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, HELD_POLL_MS));
      const told = messageOf(envelope.message.data);
      const tell = (step: 'delivered' | 'acknowledged' | 'refused'): void => {
        if (told !== undefined)
          feed.tell({ kind: 'queue', at: Date.now(), step, message: told, lane, attempt: envelope.deliveryAttempt });
      };
      tell('delivered');
      const answer = await fetch(`http://${LOOPBACK}:${ports.syncCalendar}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(envelope),
        signal,
      });
      tell(answer.status < 300 ? 'acknowledged' : 'refused');
      return answer.status;
    },
  });
  return {
    store: createMemoryStore({ now: Date.now }),
    queue: {
      async publish(message, lane: Lane) {
        await queue.publish(message, lane);
        feed.tell({ kind: 'queue', at: Date.now(), step: 'published', message, lane });
      },
    },
    deadLetters: queue,
    letters: {
      async list() {
        return queue.deadLetters().map(({ id, data, attributes, at }) => ({
          id,
          at,
          reason: attributes.deadLetterReason ?? '',
          attempt: attributes.deadLetterAttempt === undefined ? null : Number(attributes.deadLetterAttempt),
          data: data.slice(0, DATA_SHOWN_MAX),
        }));
      },
      async replay(id) {
        await queue.replayDeadLetter(id);
      },
      async drop(id) {
        queue.dropDeadLetter(id);
      },
    },
    emulated: null,
    close: () => queue.close(),
  };
}

function messageOf(data: string): ReturnType<typeof decodeWork> | undefined {
  try {
    return decodeWork(Buffer.from(data, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
