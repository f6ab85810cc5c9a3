/** Work through a list that a person can stop, and go on with by typing the same again. */
import { CommandFailed } from './errors.ts';
import type { Screen } from './screen.ts';

/** Sees to one after the other. Gives why it stopped before the end, by Ctrl-C or a failure; null where it did not. @throws what is no CommandFailed */
export function seeToEach<Item>(
  screen: Screen,
  what: string,
  items: readonly Item[],
  seeTo: (item: Item) => Promise<void>,
): Promise<string | null> {
  return screen.untilInterrupted(async (isInterrupted) => {
    try {
      for (const [index, item] of items.entries()) {
        if (isInterrupted()) return 'by Ctrl-C';
        await seeTo(item);
        screen.progress(what, index + 1, items.length);
      }
      return null;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      return `${error.message}. ${error.doThis}`;
    }
  });
}
