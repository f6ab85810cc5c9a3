/**
 * The first of the two steps of a browser: from our link to Google's page. May be taken any number of times while the link is good, by
 * any browser, since mail scanners and previews open links too; only the way back is taken once, by the browser that set out.
 */
import {
  browserSecret,
  challengeOf,
  fingerprintOf,
  isBrowserSecret,
  nonceOf,
  verifierOf,
} from '../../domain/connection/browser.ts';
import { readTicket, signState } from '../../domain/connection/ticket.ts';
import type { ConnectRefusal } from '../../domain/log-line.ts';
import type { ConnectServices } from '../../domain/ports.ts';
import { openTicket } from './open-ticket.ts';

/** Where the browser goes next, and the secret that it is to keep. */
export type Start =
  | { readonly kind: 'go'; readonly address: string; readonly browser: string }
  | { readonly kind: 'refused'; readonly reason: ConnectRefusal };

/** `cookie` is what the browser keeps from an earlier step, if anything. @throws StoreUnavailable, RecordUnreadable */
export async function startConnection(
  services: ConnectServices,
  link: string,
  cookie: string | undefined,
): Promise<Start> {
  const { clock, random, consent, store, terms } = services;
  const read = readTicket(link, terms.keys, clock.now());
  if (read.kind !== 'valid')
    return { kind: 'refused', reason: read.kind === 'expired' ? 'link-expired' : 'link-invalid' };
  const { id, expiresAt } = read.content;
  const record = await store.ticket(id);
  const ticket = record && openTicket(record, terms.keys);
  if (ticket === undefined) return { kind: 'refused', reason: 'link-used' };
  const browser = isBrowserSecret(cookie) ? cookie : browserSecret(`${random.id()}${random.id()}`);
  const address = consent.addressOf({
    state: signState({ id, expiresAt, fingerprint: fingerprintOf(browser, id) }, terms.keys),
    nonce: nonceOf(browser, id),
    challenge: challengeOf(verifierOf(browser, id)),
    subject: ticket.subject,
    mustAsk: ticket.mustAsk,
  });
  services.log.write({ line: 'connect', outcome: 'started' });
  return { kind: 'go', address, browser };
}
