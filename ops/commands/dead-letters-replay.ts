/** confsync dead-letters replay: sends dead letters to the work topic again; each leaves its place only once that is confirmed. */
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import { findLetters, type LetterChoice, readLetterChoice } from '../messages/find-letters.ts';
import { readLetter, replayAttributes } from '../messages/letter.ts';
import type { OpsServices } from '../ports.ts';

export const help: Help = {
  path: ['dead-letters', 'replay'],
  summary: 'send dead letters again',
  parameters: '[ID...]',
  flags: { all: { help: 'all that there are' }, calendar: { value: 'CALENDAR', help: 'those of this calendar' } },
  more: 'A message only asks for a look, so sending one twice does no harm. One that fails again comes back here.',
  examples: [
    ['confsync dead-letters replay --all --dry-run', 'how many are there'],
    ['confsync dead-letters replay 12 15', 'these two'],
    ['confsync dead-letters replay --all', 'the bug is mended and deployed'],
  ],
  isChanging: true,
};

export const parse: (given: Given) => LetterChoice = readLetterChoice;

export async function run(services: OpsServices, choice: LetterChoice, screen: Screen): Promise<Report> {
  const { chosen, isAll } = await findLetters(services, choice, screen);
  const ids = chosen.map(({ id }) => id);
  const unreadable = chosen.filter(({ unreadable }) => unreadable !== null).length;
  const plan = `send ${counted(chosen.length, 'dead letter')} again${unreadable === 0 ? '' : `, ${unreadable} of them unreadable to this version, which will come back`}`;
  const consent = await screen.agree(plan, chosen.length);
  if (consent !== 'go') return unchanged(consent, plan, { ids, unreadable });
  let sent = 0;
  const taken = await services.letters.take(new Set(ids), async (message) => {
    const letter = readLetter(message);
    await services.topic.send(letter.data, replayAttributes(letter));
    screen.progress('Sending', ++sent, ids.length);
  });
  return {
    data: { isDone: true, replayed: [...taken], isAll },
    text: () => [
      `${counted(taken.size, 'dead letter')} sent again${taken.size === ids.length ? '' : `, ${ids.length - taken.size} had been taken by somebody else`}.`,
      'In a minute, see what has come back: confsync dead-letters list',
      ...(isAll ? [] : ['There are more: repeat the command.']),
    ],
  };
}
