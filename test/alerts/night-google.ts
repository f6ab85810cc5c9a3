/** Google Calendar as a night has it: one event on each calendar, channels that tell of its changes, and troubles on demand. */
import { SyncTokenRejected } from '../../shared/domain/errors.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { signChannel } from '../../shared/domain/notification/channel.ts';
import type { CalendarAccess, GoogleCalendar, ListQuery, WatchRequest } from '../../shared/domain/ports.ts';
import type { VirtualTime } from '../bench/world/virtual-time.ts';
import { type Item, meeting, ours, read } from '../domain/build.ts';

/** The headers of a notification. */
export type Headers = Readonly<Record<string, string>>;

interface Channel {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: number;
}

const ANSWER_MS = 150;
/** A notification is about that long under way. */
const NOTICE_MS = 1_000;

/** See the file's head. */
export class NightGoogle implements GoogleCalendar {
  /** What a call of this name on this calendar throws. */
  trouble: (call: 'list' | 'get' | 'watch', calendarId: string) => Error | undefined = () => undefined;
  /** Signs what notifications carry; null for the token that the channel was opened with. */
  otherKey: string | null = null;
  /** Notifications of changes never leave Google. */
  isSilent = false;
  /** Sync tokens up to this version are refused. */
  deadVersion = 0;
  readonly #time: VirtualTime;
  readonly #notify: (headers: Headers) => void;
  readonly #events = new Map<string, { readonly item: Item; readonly version: number }>();
  readonly #channels = new Map<string, Channel>();
  readonly #underWay = new Map<number, Headers[]>();
  #version = 1;

  constructor(time: VirtualTime, notify: (headers: Headers) => void) {
    this.#time = time;
    this.#notify = notify;
  }

  /** The calendar's event has another title. */
  edit(calendarId: string): void {
    this.#version++;
    const updated = new Date(this.#time.now()).toISOString();
    const named = { summary: `edition ${this.#version}`, updated, organizer: { email: calendarId, self: true } };
    const item = meeting('event', named, ours(`c-${calendarId}`));
    this.#events.set(calendarId, { item, version: this.#version });
    if (!this.isSilent) this.announce(calendarId);
  }

  /** One notification through the calendar's channel, if it has one. */
  announce(calendarId: string): void {
    const channel = this.#channels.get(calendarId);
    if (channel !== undefined && channel.expiresAt > this.#time.now()) this.#send(channel, 'exists');
  }

  /** No sync token that was given out so far is taken any more. */
  forgetTokens(): void {
    this.deadVersion = this.#version;
    this.#version++;
  }

  async list({ calendarId }: CalendarAccess, { syncToken }: ListQuery) {
    await this.#answer('list', calendarId);
    const after = syncToken === null ? 0 : Number(syncToken);
    if (syncToken !== null && after <= this.deadVersion) throw new SyncTokenRejected('events.list: status 410');
    const event = this.#events.get(calendarId);
    return {
      events: event !== undefined && event.version > after ? [read(event.item)] : [],
      accessRole: 'owner' as const,
      next: { kind: 'end' as const, syncToken: String(this.#version) },
    };
  }

  async get({ calendarId }: CalendarAccess) {
    await this.#answer('get', calendarId);
    const event = this.#events.get(calendarId);
    return event === undefined ? null : read(event.item);
  }

  async hasInstances(): Promise<never> {
    throw new Error('no series is in a night');
  }

  async patch(): Promise<never> {
    throw new Error('no event is written to in a night');
  }

  async watch({ calendarId }: CalendarAccess, { id, token, ttlMs }: WatchRequest) {
    await this.#answer('watch', calendarId);
    const channel = { id, token, expiresAt: this.#time.now() + ttlMs };
    this.#channels.set(calendarId, channel);
    this.#send(channel, 'sync');
    return { resourceId: `resource of ${calendarKeyOf(calendarId)}`, expiresAt: channel.expiresAt };
  }

  async stop(): Promise<void> {}

  async #answer(call: 'list' | 'get' | 'watch', calendarId: string): Promise<void> {
    await this.#time.sleep(ANSWER_MS);
    const trouble = this.trouble(call, calendarId);
    if (trouble !== undefined) throw trouble;
  }

  #send({ id, token }: Channel, state: string): void {
    const signed = this.otherKey === null ? token : signChannel(id, [this.otherKey]);
    const headers = {
      'x-goog-channel-id': id,
      'x-goog-channel-token': signed,
      'x-goog-resource-id': 'resource',
      'x-goog-resource-state': state,
    };
    const at = this.#time.now() + NOTICE_MS;
    const together = this.#underWay.get(at) ?? [];
    together.push(headers);
    if (together.length > 1) return;
    this.#underWay.set(at, together);
    void this.#time.set(() => {
      this.#underWay.delete(at);
      for (const one of together) this.#notify(one);
    }, NOTICE_MS);
  }
}
