/**
 * What the console needs of the sandbox around it: happenings to show, two systems to compare, faults to throw, and the
 * doors that a person may use. `sandbox/start.ts` implements it; the tests do too.
 */
import type { LogLine } from '../../shared/domain/log-line.ts';
import type { Lane, WorkMessage } from '../../shared/domain/notification/work-message.ts';
import type { Added, Wish } from '../add-on/sandbox-add-on.ts';
import type { FaultRule } from '../calendar/faults/fault-rules.ts';
import type { BehaviourRule } from '../conference/behaviour.ts';
import type { ConferenceView } from '../conference/simulated-conferences.ts';
import type { DeliveryView } from '../deliveries/delivery-log.ts';
import type { NoticeView } from '../deliveries/notice-log.ts';

/** Something that the console shows or draws conclusions from. `at` is in Unix milliseconds. */
export type Happening =
  /** The service wrote a line of its log. */
  | { readonly kind: 'log'; readonly at: number; readonly line: LogLine }
  /** Something in this calendar changed; what, the console reads from the Calendar API. Without it, changes are seen later. */
  | { readonly kind: 'calendar'; readonly at: number; readonly calendarId: string }
  /** What the simulated Calendar did with a notification. A source that cannot tell leaves these out. */
  | {
      readonly kind: 'notification';
      readonly at: number;
      readonly calendarId: string;
      readonly fate: 'sent' | 'dropped' | 'delayed' | 'doubled';
    }
  /** A work message moved. `attempt` counts deliveries from 1. */
  | {
      readonly kind: 'queue';
      readonly at: number;
      readonly step: 'published' | 'delivered' | 'acknowledged' | 'refused';
      readonly message: WorkMessage;
      readonly lane: Lane;
      readonly attempt?: number;
    }
  /** The conference system applied a change. */
  | { readonly kind: 'conference'; readonly at: number; readonly conference: ConferenceView }
  /** A change was offered to whoever is told of conferences, or it was read what they keep. */
  | { readonly kind: 'delivery'; readonly at: number; readonly conferenceId: string }
  /** Whoever is told of conferences was told of a calendar itself. */
  | { readonly kind: 'notice'; readonly at: number; readonly calendarId: string };

/** A call of the Calendar API in process. */
export interface CalendarCall {
  readonly method: string;
  /** Percent-encoded, from `/calendar/v3` on, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown;
}

/** Its answer. */
export interface CalendarReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or a string for an HTML page, or undefined for none. */
  readonly body: unknown;
}

/** The simulated Calendar; `SimulatedCalendar` is one. */
export interface ConsoleCalendar {
  handle(call: CalendarCall): CalendarReply;
  /** The IDs of the calendars that exist. */
  calendarIds(): readonly string[];
  readonly faults: {
    list(): readonly FaultRule[];
    set(rules: readonly FaultRule[]): void;
  };
  /** Makes every sync token so far useless. */
  expireSyncTokens(): void;
}

/** The simulated conference system; `SimulatedConferences` is one. */
export interface ConsoleConferences {
  list(): readonly ConferenceView[];
  forgetAll(): void;
  behaviour(): readonly BehaviourRule[];
  setBehaviour(rules: readonly BehaviourRule[]): void;
}

/** Whoever is told of conferences. */
export interface ReceiverView {
  readonly kind: 'simulated' | 'webhook' | 'module';
  /** In words: an address, a file. */
  readonly where: string;
  /** Whether it can be seen what is kept there; otherwise only what was answered. */
  readonly isSeen: boolean;
  /** What is wrong with it, in a sentence; null for nothing. */
  readonly trouble: string | null;
}

/** What was sent lately. */
export interface ConsoleDeliveries {
  /** Of one conference, newest first. */
  of(conferenceId: string): readonly DeliveryView[];
  lastOfEach(): ReadonlyMap<string, DeliveryView>;
  /** Sends the same change under the same id once more; says false for a delivery that is no longer known. */
  sendAgain(id: number): Promise<boolean>;
  /** The delivery as a command line, signed now; undefined for a module, and for one that is no longer known. */
  curl(id: number): string | undefined;
  /** The last that was told of a calendar itself. */
  toldOf(calendarId: string): NoticeView | undefined;
  clear(): void;
}

/** The way from the queue to the service's worker. */
export interface ConsoleWorker {
  /** While paused, no work message is delivered; all of them stay in the queue. */
  isPaused(): boolean;
  setPaused(paused: boolean): void;
  /** Whether the worker dies in the middle of the next sync, without answering or tidying up. */
  setKillArmed(isArmed: boolean): void;
  isKillArmed(): boolean;
}

/** A message that the worker gave up on. */
export interface DeadLetterView {
  readonly id: string;
  readonly reason: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly attempt: number | null;
  /** The message's text, cut to a readable length. */
  readonly data: string;
}

/** An event whose last change the conference system refused. */
export interface FailureView {
  readonly calendarId: string;
  readonly eventId: string;
  readonly conferenceId: string;
  readonly reason: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** All of it. */
export interface ConsoleWorld {
  /** Unix milliseconds. */
  now(): number;
  /** Calls the listener for each happening from now on; the result ends that. */
  subscribe(listener: (happening: Happening) => void): () => void;
  readonly calendar: ConsoleCalendar;
  readonly conferences: ConsoleConferences;
  readonly deliveries: ConsoleDeliveries;
  receiver(): ReceiverView;
  /** The add-on, as Calendar calls it when a person chooses a conference; `SandboxAddOn` is one. */
  readonly addOn: { addConference(wish: Wish): Promise<Added> };
  /** The consents that users have given at the simulated Google. */
  readonly grants: {
    /** Takes back all that this user has granted, as he does it on the page of his account. */
    revoke(user: string): void;
  };
  readonly worker: ConsoleWorker;
  /** Where `manageCalendars` is served, such as `http://127.0.0.1:8084`. */
  readonly manageOrigin: string;
  readonly deadLetters: {
    list(): Promise<readonly DeadLetterView[]>;
    replay(id: string): Promise<void>;
    drop(id: string): Promise<void>;
  };
  readonly failures: {
    list(): Promise<readonly FailureView[]>;
    retry(calendarId: string, eventId: string): Promise<void>;
  };
  /** Puts the sandbox back to how it was after start. */
  reset(): Promise<void>;
}
