/** Makes the link by which a user connects his calendar. It asks Google for nothing and stores nothing that could be read. */

import { ticketIsAbout } from '../../domain/connection/records.ts';
import { checkReturnAddress } from '../../domain/connection/return-address.ts';
import { seal } from '../../domain/connection/seal.ts';
import { signTicket, TICKET_MS, type Ticket } from '../../domain/connection/ticket.ts';
import { BadRequest } from '../../domain/errors.ts';
import { subjectKeyOf } from '../../domain/ids.ts';
import { checkName } from '../../domain/names.ts';
import type { ConnectionTerms, ConnectServices } from '../../domain/ports.ts';
import { heldToken } from './held-token.ts';
import { knownConnection } from './known-connection.ts';

/** All of them are registered in one transaction, when the user is back. */
const CALENDARS_MAX = 50;

/** Who is to connect, which calendars are to be registered then, and where the browser goes afterwards. */
export type ConnectionWish = Omit<Ticket, 'mustAsk'>;

/** The link, and when it stops working (Unix milliseconds). */
export interface Offer {
  readonly url: string;
  readonly expiresAt: number;
}

/** A link for a user who is here for the first time, or again. @throws BadRequest, StoreUnavailable */
export async function offerConnection(services: ConnectServices, wish: ConnectionWish): Promise<Offer> {
  const { clock, random, store, terms } = services;
  check(wish, terms);
  const known = wish.subject === null ? undefined : await store.connection(subjectKeyOf(wish.subject));
  const ticket: Ticket = { ...wish, mustAsk: heldToken(known, terms) === undefined };
  const id = random.id();
  const expiresAt = clock.now() + TICKET_MS;
  const sealed = seal(JSON.stringify(ticket), terms.keys, ticketIsAbout(id), random.id());
  await store.transact(async (tx) => tx.putTicket({ id, sealed, expireAt: expiresAt }));
  services.log.write({ line: 'connect', outcome: 'offered' });
  return { url: startAddress(terms, { id, expiresAt }), expiresAt };
}

/** The same for a user whom we know, with the calendars that he has by then. @throws UnknownConnection, BadRequest, StoreUnavailable */
export async function offerReconnection(services: ConnectServices, subject: string, returnTo: string): Promise<Offer> {
  checkReturnAddress(returnTo, services.terms.returnHosts);
  const known = await knownConnection(services.store, subject);
  return offerConnection(services, { subject: known.subject, calendars: null, returnTo });
}

/** The address of a link. */
export function startAddress(terms: ConnectionTerms, reference: { id: string; expiresAt: number }): string {
  return `${terms.url}/start?ticket=${signTicket(reference, terms.keys)}`;
}

function check({ subject, calendars, returnTo }: ConnectionWish, { returnHosts }: ConnectionTerms): void {
  if (subject !== null) checkName('subject', subject);
  if (calendars !== null && calendars.length > CALENDARS_MAX)
    throw new BadRequest(`calendars has ${calendars.length} entries; at most ${CALENDARS_MAX} are taken`);
  for (const calendar of calendars ?? []) checkName('calendarId', calendar);
  checkReturnAddress(returnTo, returnHosts);
}
