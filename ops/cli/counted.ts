/** Numbers of things in words. Pure. */

/** `1 calendar`, `2 calendars`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
