/** Records as the manage API shows them: times as RFC 3339, no tokens, no keys. */
import type { ConnectionRecord } from '../../shared/domain/connection/records.ts';
import type { BindingRecord, CalendarRecord, Failure } from '../../shared/domain/state/records.ts';

/** A calendar as a caller sees it. */
export function viewCalendar(calendar: CalendarRecord): Readonly<Record<string, unknown>> {
  const { key, calendarId, subject, status, channel, checkpoint } = calendar;
  return {
    calendarId,
    key,
    subject,
    status,
    isBeingRemoved: calendar.isBeingRemoved,
    hasSyncToken: calendar.syncToken !== null,
    isSyncing: calendar.lease !== null || checkpoint !== null,
    lastSyncedAt: timestamp(calendar.lastSyncedAt),
    nextSyncAt: timestamp(calendar.reconcileAt),
    noFullSyncBefore: timestamp(calendar.repairs.notBefore),
    channel:
      channel === null ? null : { expiresAt: timestamp(channel.expiresAt), provenAt: timestamp(channel.provenAt) },
    channelFailure: viewFailure(calendar.openingFailure),
    failure: viewFailure(calendar.failure),
  };
}

/** A binding as a caller sees it; `conferenceId` is the one that was asked for. */
export function viewBinding(binding: BindingRecord, conferenceId: string): Readonly<Record<string, unknown>> {
  const { eventId, kind, state } = binding;
  return {
    eventId,
    conferenceId,
    kind,
    state,
    isPending: binding.pending !== null,
    failure: viewFailure(binding.failure),
  };
}

/** A connection as a caller sees it. */
export function viewConnection(
  { key, subject, state }: ConnectionRecord,
  isUsable = true,
): Readonly<Record<string, unknown>> {
  const isConnected = state.kind === 'connected';
  return {
    subject,
    key,
    state: isConnected && !isUsable ? 'unusable' : state.kind,
    connectedAt: isConnected ? timestamp(state.connectedAt) : null,
    endsAt: isConnected ? timestamp(state.endsAt) : null,
    disconnected: isConnected ? null : { reason: state.reason, at: timestamp(state.at) },
  };
}

function viewFailure(failure: Failure | null): Readonly<Record<string, unknown>> | null {
  return failure === null ? null : { reason: failure.reason, at: timestamp(failure.at), count: failure.count };
}

function timestamp(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
