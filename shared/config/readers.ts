/**
 * Readers turn the text of one environment variable into a value or throw a plain sentence that says what it should be.
 * The sentence never repeats the value: it could be a secret.
 */
import type { SealKeys } from '../domain/connection/seal.ts';
import type { KeyRing } from '../domain/notification/channel.ts';

/** Turns text into a value. @throws Error whose message completes "NAME ..." */
export type Reader<Value> = (text: string) => Value;

/** Any text. */
export const readText: Reader<string> = (text) => text;

/** One of a few words. */
export function readChoice<const Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return (text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined) throw new Error(`must be one of ${choices.join(', ')}`);
    return chosen;
  };
}

/** Whole or decimal seconds in a range, as milliseconds. */
export function readSeconds(min: number, max: number): Reader<number> {
  return (text) => {
    const seconds = Number(text);
    if (text.trim() === '' || !(seconds >= min && seconds <= max)) {
      throw new Error(`must be a number of seconds from ${min} to ${max}`);
    }
    return Math.round(seconds * 1_000);
  };
}

/** Whole or decimal days, as milliseconds. */
export const readDays: Reader<number> = (text) => {
  const days = Number(text);
  if (text.trim() === '' || !(days >= 0 && days <= 3_650)) throw new Error('must be a number of days from 0 to 3650');
  return Math.round(days * 24 * 3_600_000);
};

/** Comma-separated seconds, as milliseconds; at least one. */
export const readSecondsList: Reader<readonly [number, ...number[]]> = (text) => {
  const [first, ...rest] = readList(text).map(readSeconds(0.1, 7 * 24 * 3_600));
  if (first === undefined) throw new Error('must be at least one number of seconds');
  return [first, ...rest];
};

/** Comma-separated texts; empty ones are left out. */
export const readList: Reader<readonly string[]> = (text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Comma-separated members of a set. */
export function readSubset<const Member extends string>(members: readonly Member[]): Reader<readonly Member[]> {
  return (text) => {
    const wanted = readList(text);
    const known = members.filter((member) => wanted.includes(member));
    if (known.length !== new Set(wanted).size || known.length === 0) {
      throw new Error(`must be a comma-separated list of ${members.join(', ')}`);
    }
    return known;
  };
}

/** Comma-separated host names, in lower case. */
export const readHosts: Reader<readonly string[]> = (text) =>
  readList(text).map((host) => {
    if (!/^([a-z0-9-]+\.)*[a-z0-9-]+$/i.test(host))
      throw new Error('must be comma-separated host names, without https:// and paths');
    return host.toLowerCase();
  });

/** The beginning of a name in Secret Manager, which takes 255 of these characters. */
export const readSecretPrefix: Reader<string> = (text) => {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(text))
    throw new Error('must be 1 to 200 letters, digits, hyphens and underscores');
  return text;
};

/** Secrets for channel tokens, newest first. */
export const readKeyRing: Reader<KeyRing> = (text) => {
  const [first, ...rest] = readList(text);
  if (first === undefined) throw new Error('must hold at least one key');
  if ([first, ...rest].some((key) => key.length < 16)) {
    throw new Error('must hold keys of at least 16 characters (try: openssl rand -base64 32)');
  }
  return [first, ...rest];
};

/** Keys of 32 bytes in base64, newest first. */
export const readSealKeys: Reader<SealKeys> = (text) => {
  const [first, ...rest] = readList(text);
  const isKey = (key: string): boolean => /^[A-Za-z0-9+/]{43}=$/.test(key);
  if (first === undefined || ![first, ...rest].every(isKey)) {
    throw new Error('must hold keys of 32 bytes in base64 (try: openssl rand -base64 32)');
  }
  return [first, ...rest];
};

/** Standard Webhooks secrets, newest first. */
export const readWebhookKeys: Reader<readonly [string, ...string[]]> = (text) => {
  const [first, ...rest] = readList(text);
  const isKey = (key: string): boolean => /^whsec_[A-Za-z0-9+/]{22,}={0,2}$/.test(key);
  if (first === undefined || ![first, ...rest].every(isKey)) {
    throw new Error('must hold secrets of the form whsec_<base64> (try: echo "whsec_$(openssl rand -base64 32)")');
  }
  return [first, ...rest];
};

/** An https address; plain http is for this machine only. */
export const readWebAddress: Reader<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) {
    throw new Error('must be an https:// address (http:// only for localhost)');
  }
  if (url.username !== '' || url.password !== '') throw new Error('must not hold a user name or password');
  return text;
};

/** `webhook`, or `module:` and a path. */
export const readBackend: Reader<{ kind: 'webhook' } | { kind: 'module'; path: string }> = (text) => {
  if (text === 'webhook') return { kind: 'webhook' };
  if (/^module:.+/.test(text)) return { kind: 'module', path: text.slice('module:'.length) };
  throw new Error('must be webhook or module:PATH');
};
