/**
 * The way back from Google's page. What the browser brings is held against what it set out with, what Google gives for the code against
 * what was asked for; then one transaction stores the connection, uses up the link and registers the calendars.
 */
import { fingerprintOf, isBrowserSecret, nonceOf, verifierOf } from '../../domain/connection/browser.ts';
import { faultOfGrant, type Grant } from '../../domain/connection/judge-grant.ts';
import { type ReturnWord, returnAddress } from '../../domain/connection/return-address.ts';
import { readState, type StateReference, type Ticket } from '../../domain/connection/ticket.ts';
import {
  AccessLost,
  GoogleTrouble,
  GoogleUnavailable,
  IdentityRefused,
  RateLimited,
  RecordUnreadable,
  StoreUnavailable,
} from '../../domain/errors.ts';
import type { ConnectRefusal } from '../../domain/log-line.ts';
import type { ConnectServices } from '../../domain/ports.ts';
import { startAddress } from './offer-connection.ts';
import { openTicket } from './open-ticket.ts';
import { storeConnection } from './store-connection.ts';

/** What came with the browser; undefined for what did not. */
export interface Return {
  readonly state: string | undefined;
  readonly code: string | undefined;
  /** Google's word for why there is no code. */
  readonly error: string | undefined;
  /** Who answers, https://www.rfc-editor.org/rfc/rfc9207; Google need not say it. */
  readonly issuer: string | undefined;
  readonly cookie: string | undefined;
}

/** Where the browser goes next, or what it is shown, with the addresses for another try and for the way back where there are any. */
export type Finish =
  | { readonly kind: 'back'; readonly address: string }
  | {
      readonly kind: 'refused';
      readonly reason: ConnectRefusal;
      readonly again: string | null;
      readonly back: string | null;
    };

const ISSUER = 'https://accounts.google.com';

/** Never throws what Google or the database did: that is a refusal, too. */
export async function finishConnection(services: ConnectServices, given: Return): Promise<Finish> {
  const { clock, terms } = services;
  const read = readState(given.state ?? '', terms.keys, clock.now());
  if (read.kind !== 'valid') return refused(read.kind === 'expired' ? 'link-expired' : 'link-invalid');
  const state = read.content;
  const { cookie } = given;
  if (!isBrowserSecret(cookie) || fingerprintOf(cookie, state.id) !== state.fingerprint)
    return refused('other-browser');
  try {
    const record = await services.store.ticket(state.id);
    const ticket = record && openTicket(record, terms.keys);
    if (ticket === undefined) return refused('link-used');
    const reason = await connect(services, given, { ...state, browser: cookie }, ticket);
    return reason === undefined ? back(ticket, 'connected') : afterRefusal(services, state, ticket, reason);
  } catch (error) {
    if (!(error instanceof StoreUnavailable || error instanceof RecordUnreadable)) throw error;
    services.log.write({ line: 'failure', where: 'connectCalendars', error });
    return { ...refused('unavailable'), again: startAddress(terms, state) };
  }
}

/** Undefined where the user is connected now. @throws StoreUnavailable */
async function connect(
  services: ConnectServices,
  { issuer, error, code }: Return,
  state: StateReference & { readonly browser: string },
  ticket: Ticket,
): Promise<ConnectRefusal | undefined> {
  if (issuer !== undefined && issuer !== ISSUER) return 'identity-refused';
  if (error !== undefined) return error === 'access_denied' ? 'denied' : 'refused-by-google';
  if (code === undefined) return 'link-invalid';
  const grant = await exchange(services, code, verifierOf(state.browser, state.id));
  if (typeof grant === 'string') return grant;
  const asked = { scope: services.consent.scope, nonce: nonceOf(state.browser, state.id), subject: ticket.subject };
  const fault = faultOfGrant(grant, asked);
  if (fault !== undefined) return fault === 'not-ours' ? 'identity-refused' : fault;
  return storeConnection(services, state.id, ticket, grant);
}

async function exchange(
  { consent, log }: ConnectServices,
  code: string,
  verifier: string,
): Promise<Grant | ConnectRefusal> {
  try {
    return await consent.exchange(code, verifier);
  } catch (error) {
    if (!(error instanceof GoogleTrouble)) throw error;
    if (error instanceof AccessLost) return 'code-refused';
    if (error instanceof IdentityRefused) return 'identity-refused';
    log.write({ line: 'failure', where: 'connectCalendars', error });
    // Else it is our client that Google does not take: somebody must be woken.
    return error instanceof GoogleUnavailable || error instanceof RateLimited ? 'unavailable' : 'misconfigured';
  }
}

function afterRefusal(
  { terms }: ConnectServices,
  state: StateReference,
  ticket: Ticket,
  reason: ConnectRefusal,
): Finish {
  const word = WORDS[reason] ?? 'failed';
  // Who has said no knows why he goes back.
  if (reason === 'denied') return back(ticket, word);
  const again = reason === 'link-used' || reason === 'misconfigured' ? null : startAddress(terms, state);
  return { ...refused(reason), again, back: returnAddress(ticket.returnTo, word) };
}

const WORDS: Readonly<Partial<Record<ConnectRefusal, ReturnWord>>> = {
  denied: 'denied',
  'wrong-account': 'wrong_account',
  'scope-missing': 'scope_not_granted',
  'no-lasting-access': 'no_lasting_access',
};

function refused(reason: ConnectRefusal): Finish & { kind: 'refused' } {
  return { kind: 'refused', reason, again: null, back: null };
}

function back({ returnTo }: Ticket, word: ReturnWord): Finish {
  return { kind: 'back', address: returnAddress(returnTo, word) };
}
