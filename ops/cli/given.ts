/** Readers of what was typed, shared by the commands. */
import type { CalendarKey } from '../../shared/domain/ids.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import type { Given } from './command.ts';
import { UsageError } from './errors.ts';

/** A calendar as it was typed. */
export interface NamedCalendar {
  readonly id: string;
  readonly key: CalendarKey;
}

/** The calendar of this ID. */
export function namedCalendar(id: string): NamedCalendar {
  return { id, key: calendarKeyOf(id) };
}

/** No parameters at all; `flag` is the one that takes what somebody might write as one. @throws UsageError */
export function noParameters({ parameters }: Given, flag?: string): void {
  const [extra] = parameters;
  onlyParameters(
    parameters,
    0,
    flag === undefined || extra === undefined
      ? undefined
      : `did you mean: --${flag} ${/^[\w.@-]+$/.test(extra) ? extra : JSON.stringify(extra)}`,
  );
}

/** Exactly one calendar ID; see `calendarAt`. @throws UsageError */
export function oneCalendar({ parameters }: Given, or?: string): NamedCalendar {
  onlyParameters(parameters, 1);
  return calendarAt(parameters, 0, or);
}

/** The calendar ID at this place; `or` is what can be written in its place. @throws UsageError */
export function calendarAt(parameters: readonly string[], index: number, or = ''): NamedCalendar {
  const id = parameters[index];
  if (id === undefined || id === '') {
    throw new UsageError('a calendar ID is missing', `name the calendar, such as alice@example.com${or}`);
  }
  return namedCalendar(id);
}

/** Exactly one user's address. @throws UsageError */
export function oneUser({ parameters }: Given): string {
  onlyParameters(parameters, 1);
  const [user = ''] = parameters;
  if (user === '') throw new UsageError('a user is missing', 'name the user, such as alice@example.com');
  return user;
}

/** At most so many parameters. @throws UsageError */
export function onlyParameters(
  parameters: readonly string[],
  countMax: number,
  hint = 'see --help for what this command takes',
): void {
  const extra = parameters[countMax];
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one word too many`, hint);
}

/** The text of a flag; undefined if it was not given. */
export function textFlag({ flags }: Given, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a switch was given. */
export function isFlagged({ flags }: Given, name: string): boolean {
  return flags[name] === true;
}

/** One of a few words. @throws UsageError */
export function choiceFlag<const Choice extends string>(
  given: Given,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = textFlag(given, name);
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined)
    throw new UsageError(`--${name} cannot be ${JSON.stringify(value)}`, `write one of ${choices.join(', ')}`);
  return chosen;
}

/** A whole number from 1. @throws UsageError */
export function countFlag(given: Given, name: string, fallback: number): number {
  const value = textFlag(given, name);
  if (value === undefined) return fallback;
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1)
    throw new UsageError(`--${name} ${JSON.stringify(value)} is no count`, 'write a whole number from 1');
  return count;
}
