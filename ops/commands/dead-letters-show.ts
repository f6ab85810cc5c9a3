/** confsync dead-letters show: one dead letter in full, left where it is. */

import type { Given, Help, Report } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { type Cell, list } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import { chooseLetters, lookAtLetters } from '../messages/find-letters.ts';
import { viewLetter } from '../messages/letter-view.ts';
import type { OpsServices } from '../ports.ts';
import { CalendarIds } from '../records/calendar-ids.ts';

export const help: Help = {
  path: ['dead-letters', 'show'],
  summary: 'one dead letter in full',
  parameters: 'ID',
  examples: [['confsync dead-letters show 12', 'its data, its attributes, and why it lies there']],
};

interface Options {
  readonly id: string;
}

export function parse({ parameters }: Given): Options {
  const [id] = parameters;
  if (id === undefined || parameters.length > 1)
    throw new UsageError('this takes one ID', 'see: confsync dead-letters list');
  return { id };
}

export async function run(services: OpsServices, { id }: Options): Promise<Report> {
  const { letters } = await lookAtLetters(services);
  const [letter] = chooseLetters(letters, { ids: [id], isAll: false, calendar: null });
  if (letter === undefined) throw new Error('a chosen letter is there');
  const view = await viewLetter(letter, new CalendarIds(services.store));
  const entries: [string, Cell][] = [
    ['id', letter.id],
    ['when', `${view.at} (${momentText(letter.at, services.clock.now())})`],
    ['calendar', view.calendarId ?? '-'],
    ['cause', letter.cause ?? '-'],
    ['reason', { tone: 'bad', text: letter.reason }],
    ['attempts', letter.attempts === null ? '-' : String(letter.attempts)],
    ['data', letter.data],
    ...Object.entries(letter.attributes).map(([name, value]): [string, Cell] => [`  ${name}`, value]),
    [
      'next',
      letter.unreadable === null
        ? `when the cause is mended: confsync dead-letters replay ${letter.id}`
        : 'this version cannot read it, so a replay would bring it back here; find out who publishes such messages',
    ],
  ];
  return { data: { ...view, data: letter.data, attributes: letter.attributes }, text: (paint) => list(entries, paint) };
}
