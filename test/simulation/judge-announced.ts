/** What must hold for an announced conference while its event may still appear: whoever has announced it leads it, and is waited for. */
import type { BindingRecord, ConferenceRecord } from '../../shared/domain/state/records.ts';
import type { Commit, Shadow } from './shadow.ts';

/** Judges a commit that `before` does not have yet; what lapses until `now` is not waited for. */
export function judgeAnnounced({ conferences, bindings }: Commit, before: Shadow, now: number): string | undefined {
  for (const after of conferences.values()) {
    const known = before.conferences.get(after.key);
    if (known?.leader == null || known.announcedUntil === null || known.announcedUntil <= now) continue;
    // One that announces it again leads it from then on.
    const isAnnouncedAgain = [...bindings.values()].some((binding) => announces(binding, after.leader, after));
    if (after.announcedUntil !== null && after.leader !== known.leader && !isAnnouncedAgain)
      return `${after.conferenceId} waits for the calendar that has announced it, and another leads`;
    if (after.announcedUntil !== null || after.leader !== known.leader) continue;
    const announced = [...before.bindings].filter(([, binding]) => announces(binding, known.leader, known));
    const isStill = announced.length > 0 && announced.every(([place]) => !bindings.has(place));
    if (isStill) return `${after.conferenceId} is still announced by its leader, and is not waited for any more`;
  }
  return undefined;
}

function announces(
  binding: BindingRecord | null,
  calendar: string | null,
  { key }: Pick<ConferenceRecord, 'key'>,
): boolean {
  if (binding?.calendar !== calendar) return false;
  return binding.announced === key || (binding.state === 'announced' && binding.conference === key);
}
