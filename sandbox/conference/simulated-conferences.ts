/**
 * The simulated conference system: a receiver of our webhooks that keeps conferences in memory. It verifies, drops what
 * it has seen, applies the rest, and misbehaves where it was told to. It has no timers and no clock of its own, so
 * that one sequence of deliveries always ends in the same conferences.
 */
import { type ConferenceAnswer, delayed, jsonAnswer, problemAnswer, refusalAnswer } from './answers.ts';
import { type BehaviourRule, BehaviourRules, type Chosen } from './behaviour.ts';
import { applyChange, type ConferenceRecord, type KnownEvent } from './conference-record.ts';
import { type Headers, headerValue, type SignatureCheck, signatureCheck } from './verify-signature.ts';
import {
  type CalendarMessage,
  MalformedWebhook,
  readCalendarMessage,
  readWebhookEvent,
  type WebhookEvent,
} from './webhook-event.ts';

/** A conference as plain JSON. */
export type ConferenceView = Omit<ConferenceRecord, 'events'> & {
  readonly events: Readonly<Record<string, KnownEvent>>;
};

/** What became of the deliveries so far; the sum of the others is `received`. */
export interface DeliveryCounts {
  readonly received: number;
  readonly applied: number;
  /** Dropped: webhook-id already applied. Answered 200. */
  readonly repeated: number;
  /** Dropped: revision not above the last applied. Answered 200. */
  readonly outdated: number;
  /** Signature missing, wrong or too old. */
  readonly forged: number;
  readonly malformed: number;
  /** About a calendar itself, and newer than what was known of it. */
  readonly notices: number;
  /** Of a type that the contract does not name. Answered 200. */
  readonly ignored: number;
  /** Kept from taking effect by a behaviour rule. */
  readonly refused: number;
}

/** Webhook ids remembered; beyond, the oldest are forgotten and the revision alone tells a repetition. */
const SEEN_IDS_MAX = 100_000;

/** The conference system. */
export class SimulatedConferences {
  readonly #verify: SignatureCheck;
  readonly #now: () => number;
  readonly #rules = new BehaviourRules();
  readonly #conferences = new Map<string, ConferenceRecord>();
  readonly #calendars = new Map<string, CalendarMessage>();
  readonly #seenIds = new Set<string>();
  readonly #listeners = new Set<(conference: ConferenceView) => void>();
  #counts = {
    received: 0,
    applied: 0,
    repeated: 0,
    outdated: 0,
    forged: 0,
    malformed: 0,
    notices: 0,
    ignored: 0,
    refused: 0,
  };

  /**
   * @param options.secrets the ring of `whsec_` secrets, any of which may have signed
   * @param options.now Unix milliseconds, for the history; the signature's age is judged by the machine's clock
   * @throws Error for an empty ring or an unusable secret
   */
  constructor(options: { readonly secrets: readonly string[]; readonly now: () => number }) {
    this.#verify = signatureCheck(options.secrets);
    this.#now = options.now;
  }

  /** Takes one webhook delivery. Never throws; 401 for a bad signature, 400 for a body outside the contract. */
  receive(request: { readonly headers: Headers; readonly body: string }): ConferenceAnswer {
    const webhookId = headerValue(request.headers, 'webhook-id');
    if (webhookId === undefined || !this.#verify(request.headers, request.body)) {
      this.#count('forged');
      return problemAnswer(401, 'Unauthorized', 'The webhook signature is missing, wrong or too old.');
    }
    return this.receiveVerified(webhookId, request.body);
  }

  /** The same without the signature, for a world whose clock is not the machine's. */
  receiveVerified(webhookId: string, body: string): ConferenceAnswer {
    let change: WebhookEvent | undefined;
    let notice: CalendarMessage | undefined;
    try {
      change = readWebhookEvent(body);
      notice = change === undefined ? readCalendarMessage(body) : undefined;
    } catch (error) {
      if (!(error instanceof MalformedWebhook)) throw error;
      this.#count('malformed');
      return problemAnswer(400, 'Bad Request', `Not a webhook of the contract: ${error.message}.`);
    }
    if (notice !== undefined) return this.#hear(notice);
    if (change === undefined) return jsonAnswer(200, { result: this.#count('ignored') });
    const chosen = this.#rules.choose(change.conferenceId);
    return delayed(this.#answer(webhookId, change, chosen), chosen.delayMs);
  }

  /** All conferences, in the order in which they became known. */
  list(): ConferenceView[] {
    return [...this.#conferences.values()].map(viewOf);
  }

  /** One conference, or undefined. */
  get(conferenceId: string): ConferenceView | undefined {
    const record = this.#conferences.get(conferenceId);
    return record === undefined ? undefined : viewOf(record);
  }

  /** The last that was told of each calendar itself. */
  calendars(): readonly CalendarMessage[] {
    return [...this.#calendars.values()];
  }

  /** Forgets every conference and every webhook seen, as a system restored from an old backup has. Rules stay. */
  forgetAll(): void {
    this.#conferences.clear();
    this.#calendars.clear();
    this.#seenIds.clear();
  }

  /** Replaces the behaviour rules; an empty list means ordinary behaviour. */
  setBehaviour(rules: readonly BehaviourRule[]): void {
    this.#rules.set(rules);
  }

  /** The rules that stand, with what is left of their counts. */
  behaviour(): readonly BehaviourRule[] {
    return this.#rules.list();
  }

  /** What became of the deliveries since the start. */
  counts(): DeliveryCounts {
    return { ...this.#counts };
  }

  /** Calls the listener after each applied change, in the same turn; the result ends that. */
  onChange(listener: (conference: ConferenceView) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Rules that hold until further notice count here as well; counted ones are for conferences. */
  #hear(notice: CalendarMessage): ConferenceAnswer {
    const { delayMs, rule } = this.#rules.standing();
    if (rule !== null && rule.kind !== 'event_patch' && rule.kind !== 'time_out_after_success') {
      this.#count('refused');
      return delayed(refusalAnswer(rule), delayMs);
    }
    const known = this.#calendars.get(notice.calendarId);
    const isNews = notice.revision > (known?.revision ?? 0);
    if (isNews) this.#calendars.set(notice.calendarId, notice);
    const answer = jsonAnswer(200, { result: this.#count(isNews ? 'notices' : 'outdated') });
    const isLost = rule?.kind === 'time_out_after_success';
    return isLost ? { ...answer, delivery: { kind: 'never' } } : delayed(answer, delayMs);
  }

  #answer(webhookId: string, change: WebhookEvent, { rule }: Chosen): ConferenceAnswer {
    if (rule === null) return jsonAnswer(200, { result: this.#apply(webhookId, change) });
    switch (rule.kind) {
      case 'event_patch':
        return jsonAnswer(200, { result: this.#apply(webhookId, change), eventPatch: rule.eventPatch });
      case 'time_out_after_success':
        this.#apply(webhookId, change);
        return { ...jsonAnswer(200, {}), delivery: { kind: 'never' } };
      default:
        this.#count('refused');
        return refusalAnswer(rule);
    }
  }

  #apply(webhookId: string, change: WebhookEvent): 'applied' | 'repeated' | 'outdated' {
    const before = this.#conferences.get(change.conferenceId) ?? null;
    if (this.#seenIds.has(webhookId)) return this.#count('repeated');
    if (before !== null && change.revision <= before.revision) return this.#count('outdated');
    const after = applyChange(before, change, this.#now());
    this.#conferences.set(change.conferenceId, after);
    this.#remember(webhookId);
    this.#count('applied');
    for (const listener of this.#listeners) listener(viewOf(after));
    return 'applied';
  }

  #remember(webhookId: string): void {
    this.#seenIds.add(webhookId);
    const oldest = this.#seenIds.values().next();
    if (this.#seenIds.size > SEEN_IDS_MAX && oldest.done !== true) this.#seenIds.delete(oldest.value);
  }

  #count<Outcome extends Exclude<keyof DeliveryCounts, 'received'>>(outcome: Outcome): Outcome {
    this.#counts = { ...this.#counts, received: this.#counts.received + 1, [outcome]: this.#counts[outcome] + 1 };
    return outcome;
  }
}

/** A deep copy, so that nobody outside can change what is kept. */
function viewOf(record: ConferenceRecord): ConferenceView {
  const { events, ...rest } = record;
  // fromEntries defines properties, so that an event with the id __proto__ is listed like any other.
  return structuredClone({ ...rest, events: Object.fromEntries(events) });
}
