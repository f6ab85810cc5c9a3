/** Tasks side by side. */
import { OutsideError } from '../domain/errors.ts';

/**
 * Runs one task for each item, at most `width` at once; waits for all, then throws an error if there was one. A bug goes before what went
 * wrong outside: for that the work is done again, and nobody would hear of the bug.
 */
export async function inParallel<Item>(
  width: number,
  items: Iterable<Item>,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const errors: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await task(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, queue.length) }, lane));
  if (errors.length > 0) throw errors.find((error) => !(error instanceof OutsideError)) ?? errors[0];
}

/** The same for what is of use only where all succeed: once a task has failed, no other is begun. */
export async function allInParallel<Item>(
  width: number,
  items: Iterable<Item>,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  let hasFailed = false;
  await inParallel(width, items, async (item) => {
    if (hasFailed) return;
    try {
      await task(item);
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  });
}
