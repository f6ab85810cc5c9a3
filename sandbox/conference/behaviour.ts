/**
 * How the simulated conference system misbehaves on request: a list of rules, asked in order for each delivery that is
 * well signed and well formed. A rule with `next` is used up by that many deliveries; one without holds until the list
 * is replaced; one with `conferenceId` concerns that conference alone.
 */

/** What happens to one delivery. Only `slow`, `event_patch` and `time_out_after_success` let the change take effect. */
export type Behaviour =
  /** Answers with this status (400..599), with Retry-After (seconds or an HTTP date) where given. */
  | { readonly kind: 'fail'; readonly status: number; readonly retryAfter?: number | string }
  /** Answers this much later, in milliseconds; the following rules still decide what it answers. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Never answers, and does not apply the change. */
  | { readonly kind: 'hang' }
  /** Refuses the content. */
  | { readonly kind: 'reject'; readonly status: 400 | 422 }
  /** Answers with a web page, as a wrong address or a proxy does. */
  | { readonly kind: 'html'; readonly status: 200 | 404 | 502 }
  /** Sends the caller elsewhere. */
  | { readonly kind: 'redirect'; readonly status: 301 | 302 | 303 | 307 | 308; readonly location: string }
  /** A bare 410: the endpoint wants no more of anything. */
  | { readonly kind: 'gone' }
  /** 404 with `{"error": "conference_not_found"}`. */
  | { readonly kind: 'conference_not_found' }
  /** Applies the change and asks for a change of the event. */
  | { readonly kind: 'event_patch'; readonly eventPatch: Readonly<Record<string, unknown>> }
  /** Applies the change and never answers. */
  | { readonly kind: 'time_out_after_success' };

/** A behaviour and when it holds. */
export type BehaviourRule = Behaviour & {
  /** For this conference alone; absent: for every one. */
  readonly conferenceId?: string;
  /** For so many deliveries more; absent: until further notice. */
  readonly next?: number;
};

/** What the rules say for one delivery. */
export interface Chosen {
  /** Sum of the `slow` rules that matched. */
  readonly delayMs: number;
  /** The first other rule that matched; null: the ordinary answer. */
  readonly rule: Exclude<Behaviour, { kind: 'slow' }> | null;
}

/** The most rules that can stand at once. */
export const RULES_MAX = 1_000;
/** The longest delay of a `slow` rule, in milliseconds. */
export const DELAY_MS_MAX = 600_000;

/** The standing rules. */
export class BehaviourRules {
  #rules: readonly BehaviourRule[] = [];

  /** Replaces all rules. */
  set(rules: readonly BehaviourRule[]): void {
    this.#rules = [...rules];
  }

  /** The rules with what is left of their counts. */
  list(): readonly BehaviourRule[] {
    return this.#rules;
  }

  /** What is said of every delivery until further notice. */
  standing(): Chosen {
    const always = this.#rules.filter(({ conferenceId, next }) => conferenceId === undefined && next === undefined);
    const delays = always.flatMap((rule) => (rule.kind === 'slow' ? [rule.delayMs] : []));
    const rule = always.find((candidate): candidate is NonNullable<Chosen['rule']> => candidate.kind !== 'slow');
    return { delayMs: delays.reduce((sum, ms) => sum + ms, 0), rule: rule ?? null };
  }

  /** Says what becomes of a delivery for the conference, and uses up the counts of the rules that say it. */
  choose(conferenceId: string): Chosen {
    let delayMs = 0;
    let rule: Chosen['rule'] = null;
    const left: BehaviourRule[] = [];
    for (const candidate of this.#rules) {
      const concerned = candidate.conferenceId === undefined || candidate.conferenceId === conferenceId;
      if (!concerned || rule !== null) {
        left.push(candidate);
        continue;
      }
      if (candidate.kind === 'slow') delayMs += candidate.delayMs;
      else rule = candidate;
      if (candidate.next === undefined) left.push(candidate);
      else if (candidate.next > 1) left.push({ ...candidate, next: candidate.next - 1 });
    }
    this.#rules = left;
    return { delayMs, rule };
  }
}
