/**
 * What Google charges, in US dollars, as read in October 2026 for us-central1; free allowances are left out.
 * https://cloud.google.com/firestore/pricing, https://cloud.google.com/pubsub/pricing, https://cloud.google.com/run/pricing
 */

/** When the prices were read. */
export const PRICES_READ = '2026-10';

/** Dollars for one of each. */
export const PRICES = {
  firestoreRead: 0.03 / 100_000,
  firestoreWrite: 0.09 / 100_000,
  /** A published or delivered message: 40 dollars a TiB, counted as 1,000 bytes at least. */
  pubsubMessage: (40 / 2 ** 40) * 1_000,
  runRequest: 0.4 / 1_000_000,
  runCpuSecond: 0.000024,
  runGibSecond: 0.0000025,
} as const;

/** Cloud Run bills request time in steps of this. */
export const RUN_STEP_S = 0.1;
