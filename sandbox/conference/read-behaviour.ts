/**
 * Reads behaviour rules from the JSON that a person or a test sends: one rule, a list of rules, or `{"rules": [...]}`.
 * An empty list means ordinary behaviour again. Nothing is taken over unread.
 */
import { type Behaviour, type BehaviourRule, DELAY_MS_MAX, RULES_MAX } from './behaviour.ts';

/** The JSON holds no behaviour rules; the message says which place is wrong and what belongs there. */
export class MalformedBehaviour extends Error {
  override readonly name = 'MalformedBehaviour';
}

/**
 * Reads rules from parsed JSON.
 * @throws MalformedBehaviour
 */
export function readBehaviour(json: unknown): BehaviourRule[] {
  const rules = isRecord(json) && 'rules' in json ? json.rules : json;
  const list: unknown[] = Array.isArray(rules) ? rules : [rules];
  if (list.length > RULES_MAX) throw new MalformedBehaviour(`more than ${RULES_MAX} rules`);
  return list.map((rule, index) => readRule(rule, `rule ${index + 1}`));
}

function readRule(json: unknown, place: string): BehaviourRule {
  if (!isRecord(json)) throw new MalformedBehaviour(`${place} is not an object`);
  const { conferenceId, next } = json;
  if (conferenceId !== undefined && typeof conferenceId !== 'string') {
    throw new MalformedBehaviour(`${place}: conferenceId is not a string`);
  }
  if (next !== undefined && !isCount(next)) throw new MalformedBehaviour(`${place}: next is not a positive number`);
  return {
    ...readKind(json, place),
    ...(conferenceId === undefined ? {} : { conferenceId }),
    ...(next === undefined ? {} : { next }),
  };
}

function readKind(json: Record<string, unknown>, place: string): Behaviour {
  const { kind } = json;
  switch (kind) {
    case 'fail':
      return { kind, status: failStatus(json.status, place), ...retryAfterOf(json.retryAfter, place) };
    case 'slow':
      return { kind, delayMs: delayOf(json.delayMs, place) };
    case 'reject':
      return { kind, status: oneOf([400, 422] as const, json.status ?? 422, place) };
    case 'html':
      return { kind, status: oneOf([200, 404, 502] as const, json.status ?? 200, place) };
    case 'redirect':
      return {
        kind,
        status: oneOf([301, 302, 303, 307, 308] as const, json.status ?? 302, place),
        location: locationOf(json.location, place),
      };
    case 'event_patch':
      if (!isRecord(json.eventPatch)) throw new MalformedBehaviour(`${place}: eventPatch is not an object`);
      return { kind, eventPatch: json.eventPatch };
    case 'hang':
    case 'gone':
    case 'conference_not_found':
    case 'time_out_after_success':
      return { kind };
    default:
      throw new MalformedBehaviour(
        `${place}: kind is none of fail, slow, hang, reject, html, redirect, gone, conference_not_found, event_patch, time_out_after_success`,
      );
  }
}

function failStatus(status: unknown, place: string): number {
  if (status === undefined) return 503;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599) {
    throw new MalformedBehaviour(`${place}: status is not within 400..599`);
  }
  return status;
}

function retryAfterOf(value: unknown, place: string): { retryAfter?: number | string } {
  if (value === undefined) return {};
  // node:http throws on a header value with a line break in it.
  if (typeof value === 'string' && isPrintable(value)) return { retryAfter: value };
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return { retryAfter: value };
  throw new MalformedBehaviour(`${place}: retryAfter is neither seconds nor a date`);
}

function delayOf(value: unknown, place: string): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= DELAY_MS_MAX)) {
    throw new MalformedBehaviour(`${place}: delayMs is not within 0..${DELAY_MS_MAX}`);
  }
  return value;
}

function locationOf(value: unknown, place: string): string {
  if (value === undefined) return 'https://conference.example.com/moved';
  if (typeof value !== 'string' || value === '' || !isPrintable(value)) {
    throw new MalformedBehaviour(`${place}: location is not an address`);
  }
  return value;
}

function oneOf<T extends number>(allowed: readonly T[], value: unknown, place: string): T {
  const found = allowed.find((status) => status === value);
  if (found === undefined) throw new MalformedBehaviour(`${place}: status is none of ${allowed.join(', ')}`);
  return found;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
