/** What a person can do on the page besides editing calendars. */
import { Refused } from './answer.ts';
import type { ConsoleDesk } from './console-desk.ts';
import type { ConsoleWorld } from './console-world.ts';
import { setFault } from './fault-switches.ts';
import { fieldsOf } from './seen-event.ts';

/**
 * Runs the named action and sends the news of it to the pages.
 * @throws Refused 404 for an unknown name, 400 for a body that lacks something
 */
export async function runAction(world: ConsoleWorld, desk: ConsoleDesk, name: string, input: unknown): Promise<void> {
  const body = fieldsOf(input);
  switch (name) {
    case 'fault':
      if (typeof body.on !== 'boolean') throw new Refused(400, 'on must be true or false.');
      if (!setFault(world, textField(body, 'id'), body.on)) throw new Refused(404, 'There is no such fault.');
      break;
    case 'replay-dead-letter':
      await world.deadLetters.replay(textField(body, 'id'));
      break;
    case 'drop-dead-letter':
      await world.deadLetters.drop(textField(body, 'id'));
      break;
    case 'retry-failure':
      await world.failures.retry(textField(body, 'calendarId'), textField(body, 'eventId'));
      break;
    case 'send-again':
      if (!(await world.deliveries.sendAgain(Number(textField(body, 'id'))))) {
        throw new Refused(404, 'This delivery is no longer known.');
      }
      break;
    case 'revoke':
      world.grants.revoke(textField(body, 'user'));
      break;
    case 'reset':
      await world.reset();
      return desk.restart();
    default:
      throw new Refused(404, 'There is no such action.');
  }
  await desk.refresh();
}

/** A member that must be text. @throws Refused 400 */
export function textField(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new Refused(400, `${name} is missing.`);
  return value;
}
