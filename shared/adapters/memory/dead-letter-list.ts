/** The dead letters of the embedded queue, until somebody replays or drops them. */
import { type MessageAttributes, originalAttributes } from '../../domain/notification/message-attributes.ts';

/** One message that was put aside. */
export interface DeadLetterEntry {
  readonly id: string;
  readonly data: string;
  /** With the reason, the message id and the attempt among them. */
  readonly attributes: MessageAttributes;
  /** Those that the message had before. */
  readonly original: MessageAttributes;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Beyond these the oldest are lost; an embedded queue loses them with the process anyway. */
const LETTERS_MAX = 10_000;

/** In the order of their arrival. */
export class DeadLetterList {
  readonly #letters = new Map<string, DeadLetterEntry>();
  #arrived = 0;

  add({ data, attributes, at }: Pick<DeadLetterEntry, 'data' | 'attributes' | 'at'>): void {
    const id = `letter-${++this.#arrived}`;
    this.#letters.set(id, { id, data, attributes, original: originalAttributes(attributes), at });
    const [oldest] = this.#letters.keys();
    if (this.#letters.size > LETTERS_MAX && oldest !== undefined) this.#letters.delete(oldest);
  }

  all(): readonly DeadLetterEntry[] {
    return [...this.#letters.values()];
  }

  /** Removes a letter and gives it; undefined if there is none of this id. */
  take(id: string): DeadLetterEntry | undefined {
    const letter = this.#letters.get(id);
    this.#letters.delete(id);
    return letter;
  }
}
