/** The few statistics that the table needs. */

/** The value below which this part (0 to 1) of the values lies, by the nearest rank. @throws Error for no values */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** The middle value; of an even number of values the lower one of the two. @throws Error for no values */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** A number with so many digits that count. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}
