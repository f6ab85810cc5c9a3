/**
 * Users' consents that end at Google and are given again, in some of the seeds. Drawn by themselves, so that all other seeds stay what they
 * are. While a consent is over every call in its name is refused; once it is back its calendars are taken up again, as connecting does.
 */
import { AccessLost } from '../../shared/domain/errors.ts';
import { resumeCalendar } from '../../shared/flow/calendars/command-calendar.ts';
import { Random } from './random.ts';
import { subjectOf } from './settings.ts';
import type { World } from './world.ts';

/** Who has taken his consent back at present. */
export class Consents {
  readonly #over = new Set<string>();

  /** @throws AccessLost as long as this user's consent is over */
  require(user: string): void {
    if (this.#over.has(user)) throw new AccessLost('simulated: the consent is over', { reason: 'revoked' });
  }

  /** The user takes his consent back, or has given it again. */
  toggle(world: World, user: string): void {
    const isBack = this.#over.delete(user);
    world.history.add(world.scheduler.now, 'GOOGLE', `${user} ${isBack ? 'connects again' : 'takes his consent back'}`);
    if (!isBack) {
      this.#over.add(user);
      return;
    }
    for (const { key, subject, status } of world.shadow.calendars.values()) {
      if (subject !== user || status === 'paused') continue;
      void world.processes.command('operator', (services) => resumeCalendar(services, key));
    }
  }

  /** All consents are given again. */
  heal(world: World): void {
    for (const user of this.#over) this.toggle(world, user);
  }
}

/** Whether a seed has consents that end, and what then happens at each turn of people's lives. */
export class ConsentFates {
  readonly isOn: boolean;
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed).fork().fork();
    this.isOn = this.#random.happens(0.4);
  }

  turn(world: World): void {
    if (!this.isOn || !this.#random.happens(0.25)) return;
    world.consents.toggle(world, subjectOf(this.#random.pick(world.registered) ?? world.registered[0]));
  }
}
