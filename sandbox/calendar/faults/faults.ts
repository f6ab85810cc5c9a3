/** The fault rules in force, and the question whether one strikes. */
import type { CalendarAnswer } from '../wire/answers.ts';
import { ApiError, authError, backendError, conditionNotMet, fullSyncRequired, notFound } from '../wire/api-error.ts';
import type { CalendarRequest } from '../wire/requests.ts';
import type { FaultError, FaultRule } from './fault-rules.ts';

type KindOf<K extends FaultRule['kind']> = Extract<FaultRule, { kind: K }>;

/** A rule with what is left of it. */
interface Armed {
  readonly rule: FaultRule;
  left: number;
}

/** The answer with which a request is made to fail, and whether the request takes effect all the same. */
export interface RequestFault {
  readonly answer: CalendarAnswer;
  readonly afterEffect: boolean;
}

/** What becomes of one notification. */
export interface NotificationFate {
  /** 0, 1 or 2. */
  readonly copies: number;
  readonly delayMs: number;
}

/** See the head of this file. */
export class Faults {
  readonly #random: () => number;
  #armed: Armed[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Adds one rule behind those in force. */
  add(rule: FaultRule): void {
    this.#armed.push({ rule, left: rule.next ?? Number.POSITIVE_INFINITY });
  }

  /** Replaces all rules; none is ordinary behaviour. */
  set(rules: readonly FaultRule[]): void {
    this.#armed = [];
    for (const rule of rules) this.add(rule);
  }

  /** The rules in force; `next` says what is left. */
  list(): readonly FaultRule[] {
    return this.#armed.map(({ rule, left }) => (rule.next === undefined ? rule : { ...rule, next: left }));
  }

  /** The failure that this request is to meet, if any. */
  ofRequest(request: CalendarRequest): RequestFault | undefined {
    if (this.#armed.length === 0) return undefined;
    const rule = this.#strike('error', ({ method, path }) => {
      if (method !== undefined && method.toUpperCase() !== request.method.toUpperCase()) return false;
      return path === undefined || new RegExp(path).test(request.path);
    });
    if (rule === undefined) return undefined;
    const answer = failureAnswer(rule.error);
    const headers =
      rule.retryAfterSeconds === undefined
        ? answer.headers
        : { ...answer.headers, 'retry-after': String(rule.retryAfterSeconds) };
    return { answer: { ...answer, headers }, afterEffect: rule.afterEffect === true };
  }

  /** What is to become of a notification about this calendar. */
  ofNotification(calendarId: string): NotificationFate {
    if (this.#armed.length === 0) return { copies: 1, delayMs: 0 };
    if (this.strikes('dropNotification', calendarId)) return { copies: 0, delayMs: 0 };
    const delay = this.#strike('delayNotification', (rule) => concerns(rule, calendarId));
    return { copies: this.strikes('doubleNotification', calendarId) ? 2 : 1, delayMs: delay?.delayMs ?? 0 };
  }

  /** How far behind the calendar a listing that begins now is, in milliseconds. */
  lagOf(calendarId: string): number {
    return this.#strike('laggingList', (rule) => concerns(rule, calendarId))?.lagMs ?? 0;
  }

  /** Whether a fault of this kind strikes the calendar now; uses it up where it does. */
  strikes(
    kind: Exclude<FaultRule['kind'], 'error' | 'delayNotification' | 'laggingList'>,
    calendarId: string,
  ): boolean {
    if (this.#armed.length === 0) return false;
    return this.#strike(kind, (rule) => concerns(rule, calendarId)) !== undefined;
  }

  #strike<K extends FaultRule['kind']>(kind: K, applies: (rule: KindOf<K>) => boolean): KindOf<K> | undefined {
    for (const armed of this.#armed) {
      const { rule } = armed;
      if (!isKind(rule, kind) || !applies(rule)) continue;
      if (rule.fraction !== undefined && this.#random() >= rule.fraction) continue;
      armed.left -= 1;
      if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return rule;
    }
    return undefined;
  }
}

function isKind<K extends FaultRule['kind']>(rule: FaultRule, kind: K): rule is KindOf<K> {
  return rule.kind === kind;
}

function concerns(rule: { readonly calendarId?: string }, calendarId: string): boolean {
  return rule.calendarId === undefined || rule.calendarId === calendarId;
}

/** The answer of an error by its name. */
function failureAnswer(error: FaultError): CalendarAnswer {
  switch (error) {
    case 'authError':
      return authError().answer();
    case 'rateLimitExceeded':
      return limit(403, 'rateLimitExceeded', 'Rate Limit Exceeded');
    case 'userRateLimitExceeded':
      return limit(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded');
    case 'quotaExceeded':
      return limit(403, 'quotaExceeded', 'Calendar usage limits exceeded.');
    case 'tooManyRequests':
      return limit(429, 'rateLimitExceeded', 'Rate Limit Exceeded');
    case 'insufficientPermissions':
      return new ApiError(403, 'global', 'insufficientPermissions', 'Insufficient Permission').answer();
    case 'notFound':
      return notFound().answer();
    case 'fullSyncRequired':
      return fullSyncRequired().answer();
    case 'bareGone':
      // Some 410s have been seen without any reason.
      return { status: 410, headers: JSON_HEADERS, body: { error: { code: 410, message: 'Gone' } } };
    case 'conditionNotMet':
      return conditionNotMet().answer();
    case 'backendError':
      return backendError().answer();
    case 'serviceUnavailable':
      return new ApiError(503, 'global', 'serviceNotAvailable', 'Service not available').answer();
    case 'htmlPage':
      return {
        status: 502,
        headers: { 'content-type': 'text/html; charset=UTF-8' },
        body: '<!DOCTYPE html><html lang=en><title>Error 502 (Server Error)!!1</title><p><b>502.</b> That is an error.</html>',
      };
  }
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=UTF-8' };

function limit(status: number, reason: string, message: string): CalendarAnswer {
  return new ApiError(status, 'usageLimits', reason, message).answer();
}
