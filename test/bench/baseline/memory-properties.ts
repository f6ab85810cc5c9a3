/** User properties in memory, with a count of what a database would have been asked. */
import type { UserProperties } from './sync-events.ts';

/** See the file's head. */
export class MemoryProperties implements UserProperties {
  readonly operations = { reads: 0, writes: 0 };
  readonly #values = new Map<string, string>();

  async getProperty(name: string): Promise<string | null> {
    this.operations.reads++;
    return this.#values.get(name) ?? null;
  }

  async setProperty(name: string, value: string): Promise<void> {
    this.operations.writes++;
    this.#values.set(name, value);
  }

  async deleteProperty(name: string): Promise<void> {
    this.operations.writes++;
    this.#values.delete(name);
  }
}
