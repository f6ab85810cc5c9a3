/** What must hold for the channels at Google: none that was ours is left open and forgotten, and none that is on record was stopped. */
import type { Commit, Shadow } from './shadow.ts';

/** Judges them at the end of a run. */
export class ChannelJudge {
  /** Channels that were on record as the one of their calendar. */
  readonly #known = new Set<string>();
  /** Those that somebody has tried to stop: where that fails they expire by themselves. */
  readonly #stopped = new Set<string>();

  note({ calendars }: Commit): void {
    for (const calendar of calendars.values()) if (calendar?.channel != null) this.#known.add(calendar.channel.id);
  }

  stopping(id: string): void {
    this.#stopped.add(id);
  }

  /** `open` are the ids of all that are open at Google. */
  judgeEnd(open: readonly string[], { calendars }: Shadow): string | undefined {
    const onRecord = new Set<string>();
    for (const { calendarId, channel, strayChannels } of calendars.values()) {
      for (const { id } of channel === null ? strayChannels : [channel, ...strayChannels]) onRecord.add(id);
      if (channel !== null && this.#stopped.has(channel.id)) return `the channel of ${calendarId} was stopped`;
    }
    const left = open.find((id) => this.#known.has(id) && !this.#stopped.has(id) && !onRecord.has(id));
    return left === undefined ? undefined : `the channel ${left} is left open, and nobody knows of it`;
  }
}
