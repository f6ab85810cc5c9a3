/** The conferences of bindings: what is tried again, or was refused, is on their records. */
import type { ConferenceKey } from '../../shared/domain/ids.ts';
import type { Store } from '../../shared/domain/ports.ts';
import type { BindingRecord, ConferenceRecord } from '../../shared/domain/state/records.ts';
import { inParallel } from '../../shared/flow/in-parallel.ts';

const AT_ONCE = 16;

/** Reads each once; one that is not on record, or cannot be read, is left out. @throws StoreUnavailable */
export async function conferencesOf(
  store: Store,
  bindings: readonly BindingRecord[],
): Promise<ReadonlyMap<ConferenceKey, ConferenceRecord>> {
  const found = new Map<ConferenceKey, ConferenceRecord>();
  await inParallel(AT_ONCE, new Set(bindings.map(({ conference }) => conference)), async (key) => {
    const conference = await store.conference(key);
    if (conference !== undefined) found.set(key, conference);
  });
  return found;
}

/** How an event stands with the conference system. */
export interface Standing {
  /**
   * `told`: nothing is owed. `waiting`: recorded and not accepted yet. `retrying`: it was not accepted, and is tried again. `refused`: not
   * offered again by itself. `untold`: none of these.
   */
  readonly kind: 'told' | 'waiting' | 'retrying' | 'refused' | 'untold';
  /** Owed, or refused, is the end of the conference. */
  readonly isCancellation: boolean;
}

/** Read from its binding and the conference of that. Pure. */
export function standingOf(binding: BindingRecord, conference: ConferenceRecord | undefined): Standing {
  const isLast = (last: { readonly eventId: string } | null | undefined): boolean =>
    binding.state === 'gone' && binding.kind === 'event' && last?.eventId === binding.eventId;
  const { pending, state, delivered } = binding;
  if (state === 'failed' && pending === null) return { kind: 'refused', isCancellation: false };
  if (conference?.state === 'failed' && isLast(conference.orphan)) return { kind: 'refused', isCancellation: true };
  const isCancellation = pending === null && isLast(conference?.cancellation);
  if (pending !== null || isCancellation) {
    return { kind: (conference?.attempts ?? 0) > 0 ? 'retrying' : 'waiting', isCancellation };
  }
  return { kind: delivered !== null ? 'told' : 'untold', isCancellation: false };
}
