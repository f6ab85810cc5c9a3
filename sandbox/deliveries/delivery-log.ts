/** What the conference side was told lately, what it said to that, and how long it took. */
import type { ConferenceChange } from '../../shared/domain/delivery/change.ts';

/** One delivery, as the console shows it. */
export interface DeliveryView {
  readonly id: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly type: ConferenceChange['type'];
  readonly revision: number;
  readonly body: string;
  /** In few words, such as `answered 204`. */
  readonly answered: string;
  readonly isAccepted: boolean;
  /** The text of the answer, where there is one. */
  readonly answer: string | null;
  readonly ms: number;
}

const KEPT_MAX = 500;

/** See the file's head. */
export class DeliveryLog {
  readonly #kept: { readonly change: ConferenceChange; readonly view: DeliveryView }[] = [];
  #lastId = 0;

  add(change: ConferenceChange, seen: Pick<DeliveryView, 'at' | 'answered' | 'isAccepted' | 'answer' | 'ms'>): void {
    const { id: _, ...body } = change;
    this.#lastId += 1;
    const view = {
      ...seen,
      id: this.#lastId,
      type: change.type,
      revision: change.data.revision,
      body: JSON.stringify(body, null, 2),
    };
    this.#kept.push({ change, view });
    if (this.#kept.length > KEPT_MAX) this.#kept.shift();
  }

  /** Newest first. */
  of(conferenceId: string): readonly DeliveryView[] {
    return this.#kept
      .filter(({ change }) => change.data.conferenceId === conferenceId)
      .map(({ view }) => view)
      .reverse();
  }

  /** The last of each conference. */
  lastOfEach(): ReadonlyMap<string, DeliveryView> {
    return new Map(this.#kept.map(({ change, view }) => [change.data.conferenceId, view]));
  }

  last(): DeliveryView | undefined {
    return this.#kept.at(-1)?.view;
  }

  /** The change of a delivery; undefined for one that is no longer kept. */
  change(id: number): ConferenceChange | undefined {
    return this.#kept.find(({ view }) => view.id === id)?.change;
  }

  clear(): void {
    this.#kept.length = 0;
  }
}
