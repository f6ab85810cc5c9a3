/** What was odd in an imported file, in words for the person who imports it. Bounded, because files are not. */

/** The most problems that are told one by one. */
export const PROBLEMS_MAX = 200;
const TEXT_CHARS_MAX = 300;

/** Collects problems; the same words are told once. */
export class ProblemList {
  readonly #texts = new Set<string>();
  #more = 0;

  /** Adds one problem; control characters in it become spaces and a long text is cut. */
  add(text: string): void {
    const plain = text.replace(/\p{Cc}+/gu, ' ');
    const short = plain.length > TEXT_CHARS_MAX ? `${plain.slice(0, TEXT_CHARS_MAX)}...` : plain;
    if (this.#texts.has(short)) return;
    if (this.#texts.size < PROBLEMS_MAX) this.#texts.add(short);
    else this.#more++;
  }

  /** The problems in the order in which they were found; the last says how many more there were. */
  list(): string[] {
    return this.#more === 0 ? [...this.#texts] : [...this.#texts, `and ${this.#more} more problems`];
  }
}
