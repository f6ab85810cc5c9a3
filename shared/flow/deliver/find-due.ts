/** Finds what is due for a conference, and makes it whole: a lead that lapsed is passed, what its leader owes is made pending. */
import type { ConferenceKey } from '../../domain/ids.ts';
import { needsLeader } from '../../domain/plan/lead.ts';
import type { Services } from '../../domain/ports.ts';
import { nextWishOf } from '../../domain/state/due.ts';
import type { BindingRecord, ConferenceRecord } from '../../domain/state/records.ts';
import { lapseLead } from '../record/pass-leads.ts';
import { oweMore } from './owe-more.ts';

/** A conference that is due. */
export interface Due {
  readonly conference: ConferenceRecord;
  /** The first of its pending changes, in the order of their revisions. */
  readonly pendings: readonly BindingRecord[];
}

/** Pending changes of one conference that are seen to at once; the rest follow. */
const BATCH = 20;

/** Undefined where nothing is due, or the conference is gone. No more is made pending from `until` on (Unix milliseconds). @throws StoreUnavailable */
export async function findDue(services: Services, key: ConferenceKey, until: number): Promise<Due | undefined> {
  const found = await look(services, key);
  const now = services.clock.now();
  if (found === undefined) return undefined;
  const isLapsed = needsLeader(found.conference, now);
  const wishAt = nextWishOf(found.conference);
  if (!isLapsed && (wishAt === null || wishAt > now)) return undefined;
  if (isLapsed) await lapseLead(services, key);
  return withOwed(services, key, until, isLapsed ? await look(services, key) : found);
}

async function look({ store }: Services, key: ConferenceKey): Promise<Due | undefined> {
  return store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    return conference === undefined ? undefined : { conference, pendings: await tx.pendingOf(key, BATCH) };
  });
}

/** What was found, after as much of what is owed was made pending as is seen to at once. */
async function withOwed(
  services: Services,
  key: ConferenceKey,
  until: number,
  found: Due | undefined,
): Promise<Due | undefined> {
  for (let due = found; ; due = await look(services, key)) {
    const isOwing = due !== undefined && due.conference.owed !== null && due.pendings.length < BATCH;
    if (!isOwing || services.isStopping() || services.clock.now() >= until) return due;
    await oweMore(services, key);
  }
}
