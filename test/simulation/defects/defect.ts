/** A deliberate mistake, as the words of the source that it replaces. */

/** One edit of one file; the words must stand in it exactly once. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A mistake by its name. */
export interface Defect {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The story that catches it, where no random seed is known to. */
  readonly story?: string;
}

/** A mistake that is one edit. */
export function one(name: string, file: string, from: string, to: string, story?: string): Defect {
  return { name, edits: [{ file, from, to }], ...(story !== undefined && { story }) };
}
