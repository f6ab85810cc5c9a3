/** Reads what a link is for. */
import { type TicketRecord, ticketIsAbout } from '../../domain/connection/records.ts';
import { type SealKeys, unseal } from '../../domain/connection/seal.ts';
import type { Ticket } from '../../domain/connection/ticket.ts';

/** The ticket; undefined where no key of ours opens it. */
export function openTicket({ id, sealed }: TicketRecord, keys: SealKeys): Ticket | undefined {
  const opened = unseal(sealed, keys, ticketIsAbout(id));
  // Nobody but us can have sealed it.
  return opened && (JSON.parse(opened.text) as Ticket);
}
