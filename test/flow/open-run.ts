/** A run of the worker in the middle: it holds the lease, and its listing is open. */

import type { Arrival, SyncRequest } from '../../shared/domain/notification/work-message.ts';
import { claimSync } from '../../shared/flow/sync/claim-sync.ts';
import type { SyncRun } from '../../shared/flow/sync/sync-run.ts';
import { HOUR } from '../domain/build.ts';
import type { World } from './world.ts';

/** See the file's head; the calendar must be registered and free. */
export async function openRun(world: World, request: SyncRequest, arrival: Arrival): Promise<SyncRun> {
  const claimed = await claimSync(world.services, request, arrival);
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  return {
    request,
    arrival,
    held: claimed.held,
    until: world.clock.now() + HOUR,
    counts: { listCalls: 1, events: 0, recorded: 0, delivered: 0, left: 0, unrecorded: 0, unnotified: 0 },
    mode: 'incremental',
    dueSoon: new Map(),
    hasNews: false,
  };
}
