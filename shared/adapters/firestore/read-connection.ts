/** Stored connections and tickets as records. What a record cannot do without must be there: half a consent is none. */
import type { ConnectionRecord, ConnectionState, TicketRecord } from '../../domain/connection/records.ts';
import { LOSS_REASONS } from '../../domain/disconnect-reasons.ts';
import { readSubjectKey } from '../../domain/ids.ts';
import { type Fields, map, moment, number, oneOf, required, text } from './read-fields.ts';

/** Reads the document `connections/{id}`. @throws UnreadableDocument */
export function readConnection(id: string, fields: Fields): ConnectionRecord {
  return {
    key: required(readSubjectKey(id) ?? null, '__name__'),
    subject: required(text(fields, 'subject'), 'subject'),
    clientId: required(text(fields, 'clientId'), 'clientId'),
    state: readState(required(map(fields, 'state'), 'state')),
  };
}

/** Reads the document `tickets/{id}`. @throws UnreadableDocument */
export function readTicket(id: string, fields: Fields): TicketRecord {
  return {
    id,
    sealed: required(text(fields, 'sealed'), 'sealed'),
    expireAt: required(moment(fields, 'expireAt'), 'expireAt'),
  };
}

const KINDS = ['connected', 'disconnected'] as const satisfies readonly ConnectionState['kind'][];

function readState(fields: Fields): ConnectionState {
  const kind = required(oneOf(fields, 'kind', KINDS), 'state.kind');
  if (kind === 'disconnected')
    return { kind, reason: oneOf(fields, 'reason', LOSS_REASONS) ?? 'revoked', at: number(fields, 'at') ?? 0 };
  return {
    kind,
    sealedToken: required(text(fields, 'sealedToken'), 'state.sealedToken'),
    connectedAt: number(fields, 'connectedAt') ?? 0,
    endsAt: number(fields, 'endsAt'),
  };
}
