/**
 * Follows each change from the edit to its delivery by what the service logs, and so knows which conferences have
 * something under way. It sees no clock: every time comes with a happening.
 */
import type { LogLine } from '../../shared/domain/log-line.ts';
import type { EventChange } from './calendar-mirror.ts';
import { type ChangeRow, newRow } from './change-row.ts';
import type { Happening } from './console-world.ts';
import type { KeyNames } from './key-names.ts';

/** Rows kept; beyond, the oldest go. */
const ROWS_MAX = 200;
/** An edit that nothing has noticed for so long is not on its way any more. */
const UNNOTICED_MS = 1_500;
/** A change that was read and not delivered for so long is not on its way any more; covers the grace of a deletion. */
const UNDELIVERED_MS = 15_000;

type SyncLine = Extract<LogLine, { line: 'sync' }>;
type DeliveryLine = Extract<LogLine, { line: 'delivery' }>;

/** What is under way for a conference. */
export type Way =
  | { readonly kind: 'moving'; readonly row: ChangeRow }
  | { readonly kind: 'stuck'; readonly row: ChangeRow | undefined };

/** See the head of this file. */
export class ChangeLog {
  readonly #names: KeyNames;
  readonly #rows = new Map<number, ChangeRow>();
  readonly #touched = new Set<number>();
  /** Deliveries that came before the end of their sync said which changes it saw. */
  #early: { readonly at: number; readonly conferenceId: string; readonly line: DeliveryLine }[] = [];
  #lastId = 0;

  constructor(names: KeyNames) {
    this.#names = names;
  }

  /** Oldest first. */
  rows(): readonly ChangeRow[] {
    return [...this.#rows.values()];
  }

  /** The rows that changed since the last call. */
  takeTouched(): readonly ChangeRow[] {
    const rows = [...this.#touched].flatMap((id) => this.#rows.get(id) ?? []);
    this.#touched.clear();
    return rows;
  }

  /** Forgets everything but the numbering. */
  clear(): void {
    this.#rows.clear();
    this.#touched.clear();
    this.#early = [];
  }

  /** Opens a row for a change just made. */
  open(at: number, calendarId: string, change: EventChange, isFollowed: boolean): void {
    const id = ++this.#lastId;
    const row = newRow(id, at, calendarId, change);
    this.#put(isFollowed ? row : { ...row, outcome: 'unfollowed' });
    const oldest = this.#rows.keys().next();
    if (this.#rows.size > ROWS_MAX && oldest.done !== true) this.#rows.delete(oldest.value);
  }

  /** Takes in what happened. */
  take(happening: Happening): void {
    switch (happening.kind) {
      case 'log':
        this.#takeLine(happening.at, happening.line);
        return;
      case 'notification':
        if (happening.fate !== 'dropped') return;
        for (const row of this.#unnoticed(happening.calendarId, happening.at))
          this.#put({ ...row, isNotificationLost: true });
        return;
      case 'queue':
        if (happening.message.kind !== 'sync') return;
        if (happening.step !== 'delivered') return;
        this.#takeMessage(happening.at, happening.attempt ?? 1, this.#names.calendarOf(happening.message.calendar));
        return;
      case 'calendar':
      case 'conference':
        return;
    }
  }

  /** Says of rows that nobody noticed in time that they are not on their way. */
  expire(now: number): void {
    for (const row of this.#rows.values()) {
      if (row.outcome === 'moving' && !isUnderWay(row, now) && row.readMs === null)
        this.#put({ ...row, outcome: 'unnoticed' });
    }
  }

  /** Closes rows that were read and whose conferences are in step without a delivery: there was nothing to send. */
  settle(isInStep: (conferenceId: string) => boolean): void {
    for (const row of this.#rows.values()) {
      if (row.outcome !== 'moving' || row.readMs === null || !row.conferenceIds.every(isInStep)) continue;
      this.#put({ ...row, outcome: row.deliveredMs === null ? 'nothing-to-send' : 'done' });
    }
  }

  /** Whether anything is under way that may bring the conference in step. */
  wayOf(conferenceId: string, now: number): Way {
    const rows = [...this.#rows.values()].filter(({ conferenceIds }) => conferenceIds.includes(conferenceId));
    const moving = rows.findLast((row) => isUnderWay(row, now));
    return moving === undefined ? { kind: 'stuck', row: rows.at(-1) } : { kind: 'moving', row: moving };
  }

  #takeLine(at: number, line: LogLine): void {
    switch (line.line) {
      case 'notification': {
        if (line.outcome !== 'accepted' || line.calendar === undefined) return;
        const rows = this.#unnoticed(this.#names.calendarOf(line.calendar), at);
        for (const row of rows) {
          // The line is written once the message is published, and the worker can be quicker than that.
          const notifiedMs = Math.min(since(row, at), row.queuedMs ?? Number.POSITIVE_INFINITY);
          this.#put({ ...row, notifiedMs, isNotificationLost: false, outcome: 'moving' });
        }
        return;
      }
      case 'sync':
        this.#takeSync(at, line);
        return;
      case 'delivery':
        this.#takeDelivery(at, line);
        return;
      default:
        return;
    }
  }

  #takeMessage(at: number, attempt: number, calendarId: string | undefined): void {
    for (const row of this.#rows.values()) {
      if (row.calendarId !== calendarId || !isOpenTo(row, at)) continue;
      this.#put({
        ...row,
        queuedMs: row.queuedMs ?? since(row, at),
        attempts: Math.max(row.attempts, attempt),
        outcome: 'moving',
      });
    }
  }

  #takeSync(at: number, line: SyncLine): void {
    const calendarId = this.#names.calendarOf(line.calendar);
    const rows = [...this.#rows.values()].filter(
      (row) => row.calendarId === calendarId && isUnread(row) && row.at <= at,
    );
    switch (line.outcome) {
      case 'busy':
        for (const row of rows) this.#put({ ...row, isHandedOver: true });
        return;
      case 'synced':
      case 'covered':
        this.#closeSync(at, line, rows);
        return;
      default:
        return;
    }
  }

  #closeSync(at: number, line: SyncLine, rows: readonly ChangeRow[]): void {
    // The line is written at the end; a change made after the begin may not have been seen.
    const began = at - line.ms;
    const early = this.#early.filter((delivery) => delivery.at >= began);
    for (const row of rows) {
      if (row.at > began && !row.isHandedOver) continue;
      const delivery = early.findLast(({ conferenceId }) => row.conferenceIds.includes(conferenceId));
      const seenAt = row.isHandedOver ? (delivery?.at ?? at) : began;
      const read: ChangeRow = {
        ...row,
        syncedMs: since(row, seenAt),
        readMs: since(row, at),
        cause: line.cause,
        outcome: 'moving',
      };
      this.#put(row.conferenceIds.length === 0 ? { ...read, outcome: 'nothing-to-send' } : read);
    }
    this.#early = this.#early.filter((delivery) => at - delivery.at < UNDELIVERED_MS);
    for (const delivery of early) this.#apply(delivery.at, delivery.conferenceId, delivery.line);
  }

  #takeDelivery(at: number, line: DeliveryLine): void {
    const conferenceId = this.#names.conferenceOf(line.conference);
    if (conferenceId === undefined) return;
    this.#early.push({ at, conferenceId, line });
    this.#apply(at, conferenceId, line);
  }

  #apply(at: number, conferenceId: string, { outcome, reason }: DeliveryLine): void {
    for (const row of this.#rows.values()) {
      if (!row.conferenceIds.includes(conferenceId) || row.readMs === null || row.at > at) continue;
      if (row.outcome !== 'moving' && row.outcome !== 'waiting') continue;
      switch (outcome) {
        case 'done':
        case 'unknown-conference':
          this.#put({ ...row, deliveredMs: since(row, at), outcome: 'done', reason: null });
          break;
        case 'transient':
        case 'key-refused':
        case 'endpoint-gone':
          this.#put({ ...row, outcome: 'waiting', reason: reason ?? outcome });
          break;
        case 'refused':
          this.#put({ ...row, outcome: 'refused', reason: reason ?? null });
          break;
      }
    }
  }

  #unnoticed(calendarId: string | undefined, at: number): readonly ChangeRow[] {
    return [...this.#rows.values()].filter(
      (row) => row.calendarId === calendarId && row.notifiedMs === null && isOpenTo(row, at),
    );
  }

  #put(row: ChangeRow): void {
    this.#rows.set(row.id, row);
    this.#touched.add(row.id);
  }
}

/** No sync has seen it yet, and one should. */
function isUnread(row: ChangeRow): boolean {
  return row.readMs === null && (row.outcome === 'moving' || row.outcome === 'unnoticed');
}

/** Whether word at this time is of this row. That its calendar is followed since a moment ago is known by the notification and its message first. */
function isOpenTo(row: ChangeRow, at: number): boolean {
  return isUnread(row) || (row.outcome === 'unfollowed' && at - row.at < UNNOTICED_MS);
}

function isUnderWay(row: ChangeRow, now: number): boolean {
  if (row.outcome === 'waiting') return true;
  if (row.outcome !== 'moving') return false;
  if (row.readMs !== null) return now - row.at - row.readMs < UNDELIVERED_MS;
  return row.notifiedMs !== null || row.queuedMs !== null || now - row.at < UNNOTICED_MS;
}

function since(row: ChangeRow, at: number): number {
  return Math.max(0, at - row.at);
}
