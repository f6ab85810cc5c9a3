/** Reads the body of a request, up to a bound. */
import type { IncomingMessage } from 'node:http';

/** The largest body that is read; a real event has at most a few hundred kilobytes. */
const BODY_BYTES_MAX = 2_097_152;

/** The body as text; undefined where it is too large. Rejects where the caller goes away. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not destroy the request: its connection still carries the 413.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const piece: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += piece.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}
