/**
 * Deliberate mistakes, each as the words of the source that it replaces: what a careless hand might have written. A simulation that
 * does not find every one of them proves nothing by finding none in the code as it is.
 */

import { CHANNELS } from './defects/channels.ts';
import type { Defect } from './defects/defect.ts';
import { DELIVERY } from './defects/delivery.ts';
import { ENDS } from './defects/ends.ts';
import { LEASES } from './defects/leases.ts';
import { MESSAGES } from './defects/messages.ts';
import { NOTICES } from './defects/notices.ts';
import { OCCURRENCES } from './defects/occurrences.ts';
import { REFERENCES } from './defects/references.ts';
import { SYNC } from './defects/sync.ts';

/** All of them. */
export const DEFECTS: readonly Defect[] = [
  ...MESSAGES,
  ...CHANNELS,
  ...SYNC,
  ...LEASES,
  ...REFERENCES,
  ...OCCURRENCES,
  ...ENDS,
  ...DELIVERY,
  ...NOTICES,
];
