/** How a scheduled run goes about what it finds. */

/** Items that are seen to at once. */
export const AT_ONCE = 16;
/** Should what a run began come to nothing, the item is due again after this. */
export const STAMP_MS = 60_000;
