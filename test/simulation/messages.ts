/** The ways by which messages come to the service: the pushes of its queue, the notifications of Google, and what others forge. */
import { type WorkerServices, workOn } from '../../functions/sync-calendar.ts';
import { type Reception, receiveNotification } from '../../shared/flow/receive-notification.ts';
import type { World } from './world.ts';

type Headers = Readonly<Record<string, string>>;

const NOTIFICATION_ATTEMPTS_MAX = 12;

/** See the file's head. */
export class Messages {
  /** Pushes are made as soon as their message is published; else they wait for `deliver`. */
  isDelivering = true;
  readonly #world: World;
  #held: (() => void)[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Delivers what was published while nothing was delivered. */
  deliver(): void {
    this.isDelivering = true;
    for (const release of this.#held.splice(0)) release();
  }

  /** A push of the queue; gives its HTTP status. */
  async push(envelope: unknown): Promise<number> {
    const { fates, random, scheduler } = this.#world;
    if (!this.isDelivering) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (fates.strikes('messageLate')) await scheduler.wait(random.between(1_000, 120_000), 'late message');
    if (fates.strikes('messageDoubled')) void this.#work(envelope);
    const status = await this.#work(envelope);
    // No answer: the broker sees a connection that ends.
    return status === 'crashed' ? 502 : status;
  }

  /** Google notifies, on its way for so long; sent again where nobody has taken it. */
  notify(headers: Headers, delayMs: number, attempt = 1): void {
    this.#world.scheduler.after(delayMs, 'notification', () => {
      const again = (): void => {
        if (attempt < NOTIFICATION_ATTEMPTS_MAX) this.notify(headers, 1_000 * 2 ** attempt, attempt + 1);
      };
      void this.#receive(headers).then((reception) => {
        if (reception === 'refused') this.#world.judges.violate('a notification of Google was refused');
        if (reception === 'crashed' || reception === 'unavailable') again();
      });
    });
  }

  /** Somebody sends the receiver what is none of Google's notifications. */
  forge(headers: Headers): void {
    void this.#receive(headers).then((reception) => {
      const isRefused = reception === 'refused' || reception === 'crashed' || reception === undefined;
      if (!isRefused) this.#world.judges.violate('a forged notification was not refused');
    });
  }

  /** What became of it; undefined where the receiver has failed, which is judged. */
  async #receive(headers: Headers): Promise<Reception | 'crashed' | undefined> {
    const { processes, judges } = this.#world;
    try {
      return await processes.start('receiver', (services) => receiveNotification(services, headers));
    } catch (error) {
      judges.judgeError(error);
      return undefined;
    }
  }

  #work(envelope: unknown): Promise<number | 'crashed'> {
    return this.#world.processes.start('worker', (services: WorkerServices) => workOn(services, envelope));
  }
}
