/**
 * Links and states. A link holds nothing but an id, the time of its end and a signature, since platforms write addresses into their logs:
 * a forged or expired one is refused without a look into the database, and none tells whom it is for. The state that goes to Google and
 * back adds the browser that set out.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { derivedKey, type SealKeys } from './seal.ts';

/** What a link is for. */
export interface Ticket {
  /** The only account that may connect by it; null for any. */
  readonly subject: string | null;
  /** Calendars to register; an empty list stands for the user's own, null for none. */
  readonly calendars: readonly string[] | null;
  /** Where the browser goes afterwards. */
  readonly returnTo: string;
  /** Whether Google must ask the user again, as we hold no refresh token that works. */
  readonly mustAsk: boolean;
}

/** How long a link is good for. */
export const TICKET_MS = 10 * 60_000;

/** Longest text that can be a link's or a state's. */
const LENGTH_MAX = 256;
const ID = /^[a-z0-9]{20,64}$/;
const TIME = /^\d{1,15}$/;

/** What a signed text says. */
export type SignedRead<Content> =
  | { readonly kind: 'valid'; readonly content: Content }
  | { readonly kind: 'forged' | 'expired' };

/** Which ticket, and until when (Unix milliseconds). */
export interface TicketReference {
  readonly id: string;
  readonly expiresAt: number;
}

/** A state also names the browser, by what only its cookie can give. */
export interface StateReference extends TicketReference {
  readonly fingerprint: string;
}

/** The text of a link. */
export function signTicket({ id, expiresAt }: TicketReference, keys: SealKeys): string {
  return signed('ticket', [id, String(expiresAt)], keys);
}

/** Reads the text of a link. `now` is Unix milliseconds. */
export function readTicket(text: string, keys: SealKeys, now: number): SignedRead<TicketReference> {
  const [id = '', time = '', ...rest] = verified('ticket', text, keys) ?? [];
  if (rest.length > 0 || !ID.test(id) || !TIME.test(time)) return { kind: 'forged' };
  return Number(time) <= now ? { kind: 'expired' } : { kind: 'valid', content: { id, expiresAt: Number(time) } };
}

/** The state that Google is to bring back. */
export function signState({ id, expiresAt, fingerprint }: StateReference, keys: SealKeys): string {
  return signed('state', [id, String(expiresAt), fingerprint], keys);
}

/** Reads a state that came back. `now` is Unix milliseconds. */
export function readState(text: string, keys: SealKeys, now: number): SignedRead<StateReference> {
  const [id = '', time = '', fingerprint = '', ...rest] = verified('state', text, keys) ?? [];
  if (rest.length > 0 || !ID.test(id) || !TIME.test(time) || fingerprint === '') return { kind: 'forged' };
  if (Number(time) <= now) return { kind: 'expired' };
  return { kind: 'valid', content: { id, expiresAt: Number(time), fingerprint } };
}

function signed(kind: 'ticket' | 'state', parts: readonly string[], keys: SealKeys): string {
  return [...parts, signature(kind, parts, keys[0])].join('.');
}

/** The parts in front of a signature of ours; takes the same time for every wrong one. */
function verified(kind: 'ticket' | 'state', text: string, keys: SealKeys): readonly string[] | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const parts = text.split('.');
  const given = Buffer.from(parts.pop() ?? '');
  const isOurs = keys.some((key) => {
    const expected = Buffer.from(signature(kind, parts, key));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isOurs ? parts : undefined;
}

function signature(kind: string, parts: readonly string[], key: string): string {
  return createHmac('sha256', derivedKey(key, 'sign'))
    .update(`${kind}\0${parts.join('.')}`)
    .digest('base64url');
}
