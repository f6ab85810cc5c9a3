/**
 * The order of a conference's changes. A revision is the time at which its change was recorded (Unix milliseconds), or one more than
 * the last where that is not above it: one that is counted on alone would fall behind every receiver if our database were restored.
 */
import type { ConferenceRecord } from './records.ts';

/** The revision of the conference's next change; `now` may have fractions. */
export function nextRevision({ revision }: Pick<ConferenceRecord, 'revision'>, now: number): number {
  return Math.max(revision + 1, Math.floor(now));
}
