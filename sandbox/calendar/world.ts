/** What the parts of the simulated Calendar share. Made by `SimulatedCalendar`, and by nothing else. */

import type { Faults } from './faults/faults.ts';
import type { Channels } from './push/channels.ts';
import type { Directory } from './state/directory.ts';
import type { PendingConferences } from './state/pending-conferences.ts';
import type { Settings } from './state/settings.ts';

/** See the head of this file. */
export interface World {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** 0 <= n < 1. */
  readonly random: () => number;
  readonly directory: Directory;
  readonly channels: Channels;
  readonly faults: Faults;
  readonly conferences: PendingConferences;
  settings: Settings;
  /** Number of the last etag given out; etags of all calendars come from one row. */
  lastEtag: number;
}
