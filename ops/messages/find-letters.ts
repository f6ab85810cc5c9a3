/** Reads the dead letters and finds those that a command is about. */
import type { CalendarKey } from '../../shared/domain/ids.ts';
import type { Given } from '../cli/command.ts';
import { CommandFailed, UsageError } from '../cli/errors.ts';
import { isFlagged, namedCalendar, textFlag } from '../cli/given.ts';
import type { OpsServices } from '../ports.ts';
import { type Letter, readLetter } from './letter.ts';

/** Letters looked at in one command. */
export const LETTERS_MAX = 5_000;

/** Which letters: those of these ids, or all, or all of a calendar. */
export interface LetterChoice {
  readonly ids: readonly string[];
  readonly isAll: boolean;
  readonly calendar: CalendarKey | null;
}

/** @throws UsageError where nothing, or two different things, were chosen */
export function readLetterChoice(given: Given): LetterChoice {
  const calendarId = textFlag(given, 'calendar');
  const choice = {
    ids: given.parameters,
    isAll: isFlagged(given, 'all'),
    calendar: calendarId === undefined ? null : namedCalendar(calendarId).key,
  };
  const chosen = [choice.ids.length > 0, choice.isAll, choice.calendar !== null].filter(Boolean).length;
  if (chosen !== 1)
    throw new UsageError('which dead letters?', 'name their IDs, or write --all, or --calendar CALENDAR');
  return choice;
}

/** The letters that lie there, oldest first, and whether these are all. @throws QueueUnavailable, CommandFailed */
export async function lookAtLetters({ letters }: OpsServices) {
  const { messages, isAll } = await letters.look(LETTERS_MAX);
  return { letters: messages.map(readLetter), isAll };
}

/** The chosen ones. @throws CommandFailed naming an id that is not there */
export function chooseLetters(letters: readonly Letter[], choice: LetterChoice): readonly Letter[] {
  const missing = choice.ids.find((id) => !letters.some((letter) => letter.id === id));
  if (missing !== undefined) {
    throw new CommandFailed(
      `there is no dead letter ${missing}`,
      'Somebody may have taken it. See: confsync dead-letters list',
    );
  }
  return letters.filter(
    ({ id, calendar }) =>
      choice.isAll || choice.ids.includes(id) || (choice.calendar !== null && calendar === choice.calendar),
  );
}
