/** Conferences that were announced for an event before it is seen: they wait for it, and end with it. */
import { type ConferenceKey, conferenceKeyOf } from '../ids.ts';
import { FORGET_AFTER_MS } from '../limits.ts';
import { newBinding, newConference } from '../state/new-record.ts';
import { type BindingRecord, type CancelReason, isReference } from '../state/records.ts';
import { lose, orphanedBy } from './end-conference.ts';
import type { Ledger } from './ledger.ts';

/** Notes that this calendar made a conference for an event that may not have appeared yet. */
export function announce(ledger: Ledger, eventId: string, conferenceId: string, until: number): void {
  const { calendarId } = ledger;
  const { calendar, now } = ledger.terms;
  const key = conferenceKeyOf(conferenceId);
  const announced = newBinding(calendar, eventId, key, 'event');
  const own = ledger.binding(announced.id);
  if (own?.conference === key && own.state !== 'gone') return;
  const conference = ledger.conference(key) ?? newConference(conferenceId, now);
  if (conference.liveCount === 0) {
    const last = { calendar, calendarId, eventId, reason: 'event_deleted' } as const;
    const orphan = { ...last, seenAt: now, readAt: until, askedElsewhereAt: null };
    ledger.putConference({
      ...conference,
      leader: calendar,
      announcedUntil: until,
      state: 'orphaned',
      orphan,
      cancellation: null,
      ended: null,
      expireAt: null,
    });
  }
  // An event that still carries another conference keeps that binding until a listing shows the new one, and so does an occurrence that
  // follows its series: what is still to be told of it stands there.
  if (own !== undefined && (isReference(own) || own.kind === 'occurrence'))
    ledger.putBinding({ ...own, announced: key });
  else ledger.putBinding({ ...announced, state: 'announced', expireAt: until + FORGET_AFTER_MS });
}

/**
 * The conference that was announced for an event whose record changes to one of this conference: it may still appear on the event, or
 * must end with it.
 */
export function stillAnnounced(own: BindingRecord | undefined, conference: ConferenceKey): ConferenceKey | null {
  const announced = own?.state === 'announced' ? own.conference : (own?.announced ?? null);
  return announced === conference ? null : announced;
}

/** Ends what was announced for an event that is over beside the conference that it carried: nobody need wait for it to appear. */
export function endAnnouncement(ledger: Ledger, { id, eventId, announced }: BindingRecord, reason: CancelReason): void {
  if (announced === null) return;
  const binding = ledger.binding(id);
  if (binding !== undefined) ledger.putBinding({ ...binding, announced: null });
  lose(ledger, announced, { references: 0, isAnnouncement: true }, orphanedBy(ledger, eventId, reason));
}
