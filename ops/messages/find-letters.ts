/** Reads the dead letters and finds those that a command is about. */
import type { CalendarKey } from '../../shared/domain/ids.ts';
import type { Given } from '../cli/command.ts';
import { CommandFailed, UsageError } from '../cli/errors.ts';
import { isFlagged, namedCalendar, textFlag } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import type { OpsServices } from '../ports.ts';
import { knownCalendar } from '../records/known.ts';
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

/** How many the metric counts, those included that others hold; null where that cannot be seen. Never throws. */
export async function countedLetters({ installation, names }: OpsServices): Promise<number | null> {
  const backlog = await installation.backlog(names.deadLetterSubscription);
  return backlog.kind === 'known' ? backlog.fact.messages : null;
}

const AGAIN = 'Whoever looks at some holds them meanwhile: repeat it in two minutes.';

/** What is said where all that could be taken are so few: a pull does not tell letters that are held from letters that are not there. */
export function missingText(taken: number, metric: number | null): string | null {
  if (metric !== null && metric > taken) {
    const none = taken === 0 ? 'No dead letter can be taken now. ' : '';
    return `${none}The metric, which is some minutes behind, counts ${metric}. ${AGAIN}`;
  }
  if (taken > 0) return null;
  return metric === null
    ? `No dead letter can be taken now. If you expect any: ${AGAIN.toLowerCase()}`
    : 'There are no dead letters.';
}

/**
 * The chosen ones of those that lie there, and whether one look showed all. Where none is chosen, it is said what that means.
 * @throws QueueUnavailable, CommandFailed naming an id that is not there, UnknownCalendar, RecordUnreadable, StoreUnavailable
 */
export async function findLetters(
  services: OpsServices,
  choice: LetterChoice,
  screen: Screen,
): Promise<{ readonly chosen: readonly Letter[]; readonly isAll: boolean }> {
  const { letters, isAll } = await lookAtLetters(services);
  const chosen = chooseLetters(letters, choice);
  if (chosen.length === 0) {
    if (choice.calendar !== null) await knownCalendar(services.store, choice.calendar);
    if (choice.isAll) screen.note(missingText(0, await countedLetters(services)) ?? '');
  }
  return { chosen, isAll };
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
