/** What a row of the table is: a figure of ours, measured beside its baseline in the same run, and the bound that it must keep. */

/** One line of the table, and of the JSON file. */
export interface Figure {
  readonly id: string;
  /** What was measured, for people. */
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  /** The same of the baseline; null where it has no such figure. */
  readonly baseline: number | null;
  readonly bound: Bound | null;
  /** What the number does not say by itself. */
  readonly note?: string;
}

/** What the value must be at most, or at least. */
export type Bound = { readonly atMost: number } | { readonly atLeast: number };

/** Points of a plot: how a figure grows. */
export interface Curve {
  readonly id: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

/** What a row's run left. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly curves?: readonly Curve[];
}

/** How thoroughly to measure. */
export interface Effort {
  /** Small sizes: whether it runs, not how fast. */
  readonly isQuick: boolean;
  /** For what takes long: tells people what is being done. */
  readonly say: (text: string) => void;
}

/** A row of the table; it may have several figures that come of one run. */
export interface Row {
  readonly id: string;
  readonly measure: (effort: Effort) => Promise<Measured>;
}

/** Whether the figure keeps its bound; null without one. */
export function isReached({ value, bound }: Figure): boolean | null {
  if (bound === null) return null;
  return 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast;
}

/** The bound in words. */
export function goalOf({ bound }: Figure): string | null {
  if (bound === null) return null;
  return 'atMost' in bound ? `<= ${bound.atMost}` : `>= ${bound.atLeast}`;
}
