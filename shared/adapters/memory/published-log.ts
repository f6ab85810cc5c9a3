/** What was published lately, for a replay: the part of a topic that its retention plays. */
import type { MessageAttributes } from '../../domain/notification/message-attributes.ts';
import type { Lane } from '../../domain/notification/work-message.ts';

/** A message as it was published. */
export interface PublishedMessage {
  readonly messageId: string;
  /** Unix milliseconds. */
  readonly publishedAt: number;
  readonly lane: Lane;
  readonly text: string;
  readonly attributes: MessageAttributes;
}

/** The last so many messages. */
export class PublishedLog {
  readonly #max: number;
  #messages: PublishedMessage[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  add(message: PublishedMessage): void {
    this.#messages.push(message);
    // Cut in large pieces: one by one, each message would move all others.
    if (this.#messages.length >= this.#max * 2) this.#messages = this.#messages.slice(-this.#max);
  }

  /** Those published at `since` (Unix milliseconds) or later, oldest first. */
  since(since: number): readonly PublishedMessage[] {
    return this.#messages.slice(-this.#max).filter((message) => message.publishedAt >= since);
  }
}
