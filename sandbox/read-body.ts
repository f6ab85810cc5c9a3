/** Reads the body of a request, up to a bound. */
import type { IncomingMessage } from 'node:http';

/** The body as text; undefined where it has more than `bytesMax` bytes. Rejects where the caller goes away. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<string | undefined> {
  return (await readBytes(request, bytesMax))?.toString('utf8');
}

/** The body as it came; undefined where it has more than `bytesMax` bytes. Rejects where the caller goes away. */
export async function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not destroy the request: its connection still carries the 413.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const piece: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += piece.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}
