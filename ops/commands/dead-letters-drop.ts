/** confsync dead-letters drop: forgets dead letters. What they asked for is found by the next reconcile at the latest. */
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import { findLetters, type LetterChoice, readLetterChoice } from '../messages/find-letters.ts';
import type { OpsServices } from '../ports.ts';

export const help: Help = {
  path: ['dead-letters', 'drop'],
  summary: 'forget dead letters for good',
  parameters: '[ID...]',
  flags: { all: { help: 'all that there are' }, calendar: { value: 'CALENDAR', help: 'those of this calendar' } },
  more: 'For messages that nobody will ever read. If in doubt, replay: it does no harm.',
  examples: [['confsync dead-letters drop 12', 'it is no message of ours']],
  isChanging: true,
};

export const parse: (given: Given) => LetterChoice = readLetterChoice;

export async function run(services: OpsServices, choice: LetterChoice, screen: Screen): Promise<Report> {
  const { chosen, isAll } = await findLetters(services, choice, screen);
  const ids = chosen.map(({ id }) => id);
  const plan = `forget ${counted(ids.length, 'dead letter')} for good`;
  const consent = await screen.agree(plan, ids.length);
  if (consent !== 'go') return unchanged(consent, plan, { ids });
  const taken = await services.letters.take(new Set(ids), async () => undefined);
  return {
    data: { isDone: true, dropped: [...taken], isAll },
    text: () => [
      `${counted(taken.size, 'dead letter')} forgotten.`,
      ...(isAll ? [] : ['There are more: repeat the command.']),
    ],
  };
}
