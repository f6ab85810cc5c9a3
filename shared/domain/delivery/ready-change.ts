/** A change that is ready to be sent: what the conference system is told, and what its sender must know to settle it. */
import type { LiveEvent } from '../event/event.ts';
import type { FieldHashes } from '../event/event-fields.ts';
import type { BindingId } from '../ids.ts';
import type { ConferenceRecord, Origin } from '../state/records.ts';
import type { ConferenceChange } from './change.ts';
import { type ChangeParts, composeCancellation, composeChange } from './compose-change.ts';

/** See the file's head. */
export interface ReadyChange {
  readonly change: ConferenceChange;
  /** The binding that it is pending on; null for a cancellation. */
  readonly binding: BindingId | null;
  readonly hashes: FieldHashes;
  readonly event: LiveEvent | undefined;
  readonly origin: Origin | undefined;
  /**
   * The conference's revision when nothing but this was pending for it. Whatever becomes pending draws another one: as long as it is the
   * same, nothing else is. Null where more was pending.
   */
  readonly aloneAt: number | null;
}

/** The change that is pending on a binding; undefined where it needs an event that is not at hand. */
export function readyChange(parts: ChangeParts, isAlone: boolean): ReadyChange | undefined {
  const change = composeChange(parts);
  if (change === undefined) return undefined;
  const { conference, binding, pending, event } = parts;
  const { hashes, origin } = pending;
  return { change, binding: binding.id, hashes, event, origin, aloneAt: isAlone ? conference.revision : null };
}

/** The cancellation that is pending on a conference. */
export function readyCancellation(
  conference: ConferenceRecord,
  cancellation: NonNullable<ConferenceRecord['cancellation']>,
  isAlone: boolean,
): ReadyChange {
  return {
    change: composeCancellation(conference, cancellation),
    binding: null,
    hashes: {},
    event: undefined,
    origin: undefined,
    aloneAt: isAlone ? conference.revision : null,
  };
}
