/** Runs one task for each item, at most `width` at once; waits for all, then throws the first error if there was one. */
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
  if (errors.length > 0) throw errors[0];
}
