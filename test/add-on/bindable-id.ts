/** Ids such as Calendar gives to events, for events that are not there yet. */

/** The n-th. */
export function bindableId(n: number): string {
  return `unsaved${n}`.padEnd(26, '0');
}
