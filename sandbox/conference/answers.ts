/** The answers of the simulated conference system, as data: the HTTP layer sends them, a test reads them. */
import type { Behaviour } from './behaviour.ts';

/** An answer and when it is to be sent. */
export interface ConferenceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delivery:
    | { readonly kind: 'at_once' }
    | { readonly kind: 'late'; readonly delayMs: number }
    | { readonly kind: 'never' };
}

type Refusal = Extract<
  Behaviour,
  { kind: 'fail' | 'hang' | 'reject' | 'html' | 'redirect' | 'gone' | 'conference_not_found' }
>;

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown, contentType = 'application/json'): ConferenceAnswer {
  return {
    status,
    headers: { 'content-type': `${contentType}; charset=utf-8` },
    body: JSON.stringify(value),
    delivery: { kind: 'at_once' },
  };
}

/** An error as RFC 9457 problem details. */
export function problemAnswer(status: number, title: string, detail?: string): ConferenceAnswer {
  const problem = { type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail }) };
  return jsonAnswer(status, problem, 'application/problem+json');
}

/** What a delivery gets that a rule keeps from taking effect. */
export function refusalAnswer(rule: Refusal): ConferenceAnswer {
  switch (rule.kind) {
    case 'fail': {
      const answer = jsonAnswer(rule.status, { error: 'simulated_failure' });
      if (rule.retryAfter === undefined) return answer;
      return { ...answer, headers: { ...answer.headers, 'retry-after': String(rule.retryAfter) } };
    }
    case 'hang':
      return { ...bare(504), delivery: { kind: 'never' } };
    case 'reject':
      return jsonAnswer(rule.status, { error: 'rejected' });
    case 'html':
      return {
        ...bare(rule.status),
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<!doctype html><html><head><title>A page</title></head><body><h1>A page</h1></body></html>',
      };
    case 'redirect':
      return { ...bare(rule.status), headers: { location: rule.location } };
    case 'gone':
      return bare(410);
    case 'conference_not_found':
      return jsonAnswer(404, { error: 'conference_not_found' });
  }
}

/** The answer sent later by the given milliseconds; one that is never sent stays so. */
export function delayed(answer: ConferenceAnswer, delayMs: number): ConferenceAnswer {
  if (delayMs === 0 || answer.delivery.kind === 'never') return answer;
  return { ...answer, delivery: { kind: 'late', delayMs } };
}

function bare(status: number): ConferenceAnswer {
  return { status, headers: {}, body: '', delivery: { kind: 'at_once' } };
}
