/** What must hold for the channels at Google: none that was ours is left open and forgotten, and none that is on record was stopped. */
import type { Commit, Shadow } from './shadow.ts';

/** Judges them at the end of a run. */
export class ChannelJudge {
  /** Channels that were on record as the one of their calendar. */
  readonly #known = new Set<string>();
  /** Those that somebody has tried to stop: where that fails they expire by themselves. */
  readonly #stopped = new Set<string>();

  /** By channel: the user in whose name it was opened. */
  readonly #subjects = new Map<string, string>();

  /** Says what is wrong with a commit: a channel comes on record for the user in whose name it was opened, and no other. */
  judgeCommit({ calendars }: Commit, before: Shadow): string | undefined {
    for (const [key, calendar] of calendars) {
      if (calendar?.channel == null) continue;
      const { id } = calendar.channel;
      this.#known.add(id);
      const isNew = before.calendars.get(key)?.channel?.id !== id;
      const opener = this.#subjects.get(id);
      if (isNew && opener !== undefined && opener !== calendar.subject)
        return `a channel that was opened for ${opener} is on record for ${calendar.calendarId} of ${calendar.subject}`;
    }
    return undefined;
  }

  opening(id: string, subject: string): void {
    this.#subjects.set(id, subject);
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
