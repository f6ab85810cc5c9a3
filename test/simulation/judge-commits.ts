/** What must hold after every single commit: one writer for each calendar, counts that equal what they count, and nothing without a time. */
import { sameJson } from '../../sandbox/calendar/wire/json.ts';
import { lacksChannel } from '../../shared/domain/state/due.ts';
import { type BindingRecord, isReference } from '../../shared/domain/state/records.ts';
import type { Worker } from './scheduler.ts';
import type { Commit, Shadow } from './shadow.ts';

/** Says what is wrong with a commit; undefined if nothing is. `before` does not have it yet, and has it afterwards. */
export function judgeCommit(
  worker: Worker,
  commit: Commit,
  before: Shadow,
  ownerOf: (lease: string) => Worker | undefined,
): string | undefined {
  const said = judgeWriter(worker, commit, before, ownerOf);
  before.apply(commit);
  return said ?? judgeRemoval(commit, before) ?? judgeCounts(commit, before) ?? judgeTimes(commit, before);
}

/** A person's commands, and the calls of an add-on, need no lease. */
function isCommand({ name }: Worker): boolean {
  return /^(operator|addon)/.test(name);
}

function judgeWriter(
  worker: Worker,
  commit: Commit,
  shadow: Shadow,
  ownerOf: (lease: string) => Worker | undefined,
): string | undefined {
  if (isCommand(worker)) return undefined;
  const mayWrite = (key: string): boolean => {
    const calendar = shadow.calendars.get(key);
    if (calendar?.lease == null || ownerOf(calendar.lease.owner) !== worker) return false;
    // Whoever goes on with a removal lets go of what a paused calendar refers to.
    return calendar.status !== 'paused' || calendar.isBeingRemoved;
  };
  for (const [path, after] of commit.bindings) {
    const key = path.slice(0, path.indexOf('/'));
    if (isRecording(shadow.bindings.get(path), after, commit, shadow) && !mayWrite(key)) {
      return `${worker.name} recorded an event of a calendar that it does not hold`;
    }
  }
  for (const [key, after] of commit.calendars) {
    const stored = shadow.calendars.get(key);
    if (stored === undefined || after === null) continue;
    const isListing =
      stored.syncToken !== after.syncToken ||
      stored.coveredUntil !== after.coveredUntil ||
      stored.checkpoint !== after.checkpoint;
    if (isListing && !mayWrite(key)) return `${worker.name} moved the listing of a calendar that it does not hold`;
  }
  return undefined;
}

/** Whether a binding changes by what an event shows, not by what a delivery settles, by a lead that passes or by what is owed after that. */
function isRecording(
  stored: BindingRecord | undefined,
  after: BindingRecord | null,
  commit: Commit,
  shadow: Shadow,
): boolean {
  if (after === null) return isReference(stored);
  const written = commit.conferences.get(after.conference);
  const known = shadow.conferences.get(after.conference);
  const isLeadPassed = written?.leader != null && written.leader !== known?.leader;
  const isOwed = known?.owed != null && written !== undefined && written?.owed !== known.owed;
  const isNewlyPending =
    after.pending !== null && after.pending.revision !== stored?.pending?.revision && !isAskedAgain(stored, after);
  return isReference(stored) !== isReference(after) || (isNewlyPending && !isLeadPassed && !isOwed);
}

/** Whether the same change, of which no answer could be carried out, is to be sent once more: under a new revision, or its receiver would drop it. */
function isAskedAgain(stored: BindingRecord | undefined, after: BindingRecord): boolean {
  if (stored?.pending == null || after.pending === null) return false;
  return stored.pending.what === after.pending.what && sameJson(stored.pending.hashes, after.pending.hashes);
}

/** What a calendar that is gone refers to would live for ever: nobody would ever look at it again. */
function judgeRemoval(commit: Commit, shadow: Shadow): string | undefined {
  for (const [key, after] of commit.calendars) {
    const left = [...shadow.bindings.values()].find((binding) => binding.calendar === key && isReference(binding));
    if (after === null && left !== undefined)
      return `a calendar is removed, and ${left.eventId} still refers to its conference`;
  }
  return undefined;
}

function judgeCounts(commit: Commit, shadow: Shadow): string | undefined {
  const touched = new Set<string>(commit.conferences.keys());
  for (const binding of commit.bindings.values()) if (binding !== null) touched.add(binding.conference);
  for (const key of touched) {
    const conference = shadow.conferences.get(key);
    if (conference === undefined) continue;
    const references = [...shadow.bindings.values()].filter(
      (binding) => isReference(binding) && binding.conference === key,
    );
    const leading = references.filter(({ calendar }) => calendar === conference.leader);
    if (references.length !== conference.liveCount || leading.length !== conference.leadingCount) {
      return `${conference.conferenceId} counts ${conference.liveCount} references (${conference.leadingCount} leading), and has ${references.length} (${leading.length})`;
    }
  }
  return undefined;
}

function isDueBy({ dueAt }: { readonly dueAt: number | null }, at: number): boolean {
  return dueAt !== null && dueAt <= at;
}

function judgeTimes(commit: Commit, shadow: Shadow): string | undefined {
  for (const calendar of commit.calendars.values()) {
    if (calendar?.lease != null && !isDueBy(calendar, calendar.lease.until)) {
      return `nobody would look at ${calendar.calendarId} if the holder of its lease died`;
    }
    if (calendar?.status === 'active' && calendar.channel !== null && !isDueBy(calendar, calendar.channel.renewAt)) {
      return `nobody would renew the channel of ${calendar.calendarId}`;
    }
    if (
      calendar != null &&
      lacksChannel(calendar) &&
      calendar.openingFailure !== null &&
      calendar.pushRetryAt === null
    ) {
      return `nobody would ask for a channel of ${calendar.calendarId} again`;
    }
    const telling = calendar?.notice?.telling ?? null;
    if (calendar != null && !calendar.isBeingRemoved && telling !== null && !isDueBy(calendar, telling.retryAt)) {
      return `nobody would tell of ${calendar.calendarId}`;
    }
  }
  for (const conference of commit.conferences.values()) {
    const pending = [...shadow.bindings.values()].filter(
      (binding) => binding.conference === conference.key && binding.pending !== null,
    );
    const isOwed = pending.length > 0 || conference.owed !== null || conference.cancellation !== null;
    if (isOwed && conference.dueAt === null)
      return `nobody would look at what is pending or owed for ${conference.conferenceId}`;
    const inDoubt = [...shadow.bindings.values()].find(
      (binding) => binding.conference === conference.key && binding.doubt !== null,
    );
    if (inDoubt !== undefined && conference.doubtAt === null)
      return `nobody would read ${inDoubt.eventId}, which is in doubt`;
    const revisions = pending.map(({ pending: change }) => change?.revision ?? 0);
    if (new Set(revisions).size < revisions.length) return `two changes of ${conference.conferenceId} share a revision`;
    if (revisions.some((revision) => revision > conference.revision)) {
      return `a change of ${conference.conferenceId} is ahead of its revision`;
    }
  }
  return undefined;
}
