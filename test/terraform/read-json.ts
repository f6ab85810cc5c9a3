/** Walks JSON of a foreign shape without believing anything about it. */

/** What is found on the path, or undefined. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
    value,
  );
}

/** The elements on the path; none where there is no array. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text on the path; empty where there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** Names and values on the path; none where there is no object. */
export function entriesAt(value: unknown, ...path: readonly (string | number)[]): readonly [string, unknown][] {
  const found = at(value, ...path);
  return typeof found === 'object' && found !== null ? Object.entries(found) : [];
}
