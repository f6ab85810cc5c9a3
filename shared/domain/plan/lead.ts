/**
 * Which calendar leads a conference: its events alone update it, those of others keep it alive. Who succeeds a leader that has lost its
 * last reference is found by `shared/flow/record/pass-leads.ts`.
 */
import type { CalendarKey, ConferenceKey } from '../ids.ts';
import type { ConferenceRecord } from '../state/records.ts';
import type { Ledger } from './ledger.ts';

/** Whether this calendar's events update the conference; others merely keep it alive. */
export function leads(ledger: Ledger, key: ConferenceKey): boolean {
  return ledger.conference(key)?.leader === ledger.terms.calendar;
}

/** Whether a calendar leads once it has one more reference: the one that announced the conference leads it, else the first that refers to it. */
export function leadsWithOneMore(conference: ConferenceRecord, calendar: CalendarKey, now: number): boolean {
  const { leader, liveCount, announcedUntil } = conference;
  const isAnnouncedElsewhere = leader !== calendar && (announcedUntil ?? 0) > now;
  return leader === calendar || (liveCount === 0 && !isAnnouncedElsewhere);
}

/** Whether a conference is alive and no calendar can update it: its leader's last reference is gone. */
export function needsLeader(conference: ConferenceRecord, now: number): boolean {
  return conference.liveCount > 0 && conference.leadingCount === 0 && (conference.announcedUntil ?? 0) <= now;
}

/** Makes a calendar lead that has so many references, and notes that it owes a first word of each of its bindings. */
export function passLead(ledger: Ledger, key: ConferenceKey, leader: CalendarKey, leadingCount: number): void {
  const conference = ledger.conference(key);
  if (conference === undefined) return;
  const { calendar, now } = ledger.terms;
  // What the calendar that is listed now has delivered, it has delivered as the leader.
  const owed = { since: now, kind: 'event', after: null, isAnew: leader !== calendar } as const;
  ledger.putConference({ ...conference, leader, leadingCount, announcedUntil: null, owed, retryAt: now });
}
