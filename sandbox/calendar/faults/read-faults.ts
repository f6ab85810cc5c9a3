/** Reads what a client of the fault control sends: every bad member is named, nothing is taken over by halves. */

import type { Settings } from '../state/settings.ts';
import { isObject, type JsonObject } from '../wire/json.ts';
import { FAULT_ERRORS, type FaultRule } from './fault-rules.ts';

/** The body of a fault request cannot be understood; the message says where. */
export class MalformedFaults extends Error {
  override readonly name = 'MalformedFaults';
}

/** What a fault request asks for. */
export interface FaultRequest {
  /** Replaces the rules. */
  readonly rules: readonly FaultRule[] | undefined;
  /** Comes behind the rules in force. */
  readonly add: readonly FaultRule[];
  readonly settings: Partial<Settings>;
  /** Calendars whose sync tokens expire. */
  readonly expireSyncTokens: 'all' | readonly string[];
}

/**
 * Reads the body of a fault request.
 * @throws MalformedFaults
 */
export function readFaults(body: unknown): FaultRequest {
  const request = objectOf(body, 'the body', ['rules', 'add', 'settings', 'expireSyncTokens']);
  return {
    rules: request.rules === undefined ? undefined : rulesOf(request.rules, 'rules'),
    add: request.add === undefined ? [] : rulesOf(request.add, 'add'),
    settings: request.settings === undefined ? {} : settingsOf(request.settings),
    expireSyncTokens: expiryOf(request.expireSyncTokens),
  };
}

function rulesOf(value: unknown, place: string): readonly FaultRule[] {
  if (!Array.isArray(value)) throw new MalformedFaults(`${place} has to be a list`);
  return value.map((item, index) => ruleOf(item, `${place}[${index}]`));
}

function ruleOf(value: unknown, place: string): FaultRule {
  const kind = isObject(value) ? value.kind : undefined;
  switch (kind) {
    case 'error': {
      const known = ['error', 'method', 'path', 'retryAfterSeconds', 'afterEffect'];
      return errorRule(objectOf(value, place, ['kind', 'next', 'fraction', ...known]), place);
    }
    case 'delayNotification': {
      const rule = objectOf(value, place, ['kind', 'next', 'fraction', 'calendarId', 'delayMs']);
      const delayMs = numberAt(rule, 'delayMs', place, 0);
      if (delayMs === undefined) throw new MalformedFaults(`${place}.delayMs is missing`);
      return { kind, delayMs, ...frequency(rule, place), ...calendarOf(rule, place) };
    }
    case 'laggingList': {
      const rule = objectOf(value, place, ['kind', 'next', 'fraction', 'calendarId', 'lagMs']);
      const lagMs = numberAt(rule, 'lagMs', place, 0);
      if (lagMs === undefined) throw new MalformedFaults(`${place}.lagMs is missing`);
      return { kind, lagMs, ...frequency(rule, place), ...calendarOf(rule, place) };
    }
    case 'dropNotification':
    case 'doubleNotification':
    case 'emptyPage':
    case 'noItems':
    case 'noSyncToken':
    case 'conferenceFailure': {
      const rule = objectOf(value, place, ['kind', 'next', 'fraction', 'calendarId']);
      return { kind, ...frequency(rule, place), ...calendarOf(rule, place) };
    }
    default:
      throw new MalformedFaults(`${place}.kind is unknown`);
  }
}

function errorRule(rule: JsonObject, place: string): FaultRule {
  const error = FAULT_ERRORS.find((known) => known === rule.error);
  if (error === undefined) throw new MalformedFaults(`${place}.error is unknown`);
  const method = stringAt(rule, 'method', place);
  const path = stringAt(rule, 'path', place);
  if (path !== undefined) checkPattern(path, place);
  const retryAfterSeconds = numberAt(rule, 'retryAfterSeconds', place, 0);
  const { afterEffect } = rule;
  if (afterEffect !== undefined && typeof afterEffect !== 'boolean') {
    throw new MalformedFaults(`${place}.afterEffect has to be true or false`);
  }
  return {
    kind: 'error',
    error,
    ...frequency(rule, place),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(afterEffect === undefined ? {} : { afterEffect }),
  };
}

function checkPattern(pattern: string, place: string): void {
  try {
    new RegExp(pattern);
  } catch {
    throw new MalformedFaults(`${place}.path is no regular expression`);
  }
}

function frequency(rule: JsonObject, place: string): { readonly next?: number; readonly fraction?: number } {
  const next = numberAt(rule, 'next', place, 1);
  const fraction = numberAt(rule, 'fraction', place, 0);
  if (fraction !== undefined && fraction > 1) throw new MalformedFaults(`${place}.fraction has to be at most 1`);
  return { ...(next === undefined ? {} : { next }), ...(fraction === undefined ? {} : { fraction }) };
}

function calendarOf(rule: JsonObject, place: string): { readonly calendarId?: string } {
  const calendarId = stringAt(rule, 'calendarId', place);
  return calendarId === undefined ? {} : { calendarId };
}

const DURATIONS = [
  'pageTokenTtlMs',
  'syncTokenTtlMs',
  'updatedMinAgeMaxMs',
  'channelTtlMaxMs',
  'stopLagMs',
  'conferenceDelayMs',
] as const;

const SWITCHES = ['exceptionsComeAgain', 'changesTouchMaster'] as const;

function settingsOf(value: unknown): Partial<Settings> {
  const object = objectOf(value, 'settings', ['tombstones', ...SWITCHES, ...DURATIONS]);
  const { tombstones } = object;
  if (tombstones !== undefined && tombstones !== 'bare' && tombstones !== 'rich' && tombstones !== 'documented') {
    throw new MalformedFaults('settings.tombstones has to be bare, rich or documented');
  }
  const switches = SWITCHES.flatMap((name) => {
    const isOn = object[name];
    if (isOn !== undefined && typeof isOn !== 'boolean')
      throw new MalformedFaults(`settings.${name} has to be true or false`);
    return isOn === undefined ? [] : [[name, isOn] as const];
  });
  const durations = DURATIONS.flatMap((name) => {
    const duration = numberAt(object, name, 'settings', 0);
    return duration === undefined ? [] : [[name, duration] as const];
  });
  return {
    ...(tombstones === undefined ? {} : { tombstones }),
    ...Object.fromEntries(switches),
    ...Object.fromEntries(durations),
  };
}

function expiryOf(value: unknown): 'all' | readonly string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return 'all';
  if (Array.isArray(value) && value.every((id) => typeof id === 'string')) return value;
  throw new MalformedFaults('expireSyncTokens has to be true or a list of calendar ids');
}

function objectOf(value: unknown, place: string, known: readonly string[]): JsonObject {
  if (!isObject(value)) throw new MalformedFaults(`${place} has to be an object`);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new MalformedFaults(`${place} has an unknown member "${unknown}"`);
  return value;
}

function stringAt(object: JsonObject, key: string, place: string): string | undefined {
  const value = object[key];
  if (value === undefined || typeof value === 'string') return value;
  throw new MalformedFaults(`${place}.${key} has to be a text`);
}

function numberAt(object: JsonObject, key: string, place: string, min: number): number | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value >= min) return value;
  throw new MalformedFaults(`${place}.${key} has to be a number from ${min} on`);
}
