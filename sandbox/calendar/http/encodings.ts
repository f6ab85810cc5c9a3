/** Bodies that are compressed on their way: a request's may be, an answer's is where the client can read it and it is worth it. */
import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { ApiError } from '../wire/api-error.ts';

/** A shorter body fits into one packet anyway. */
const COMPRESSED_FROM_BYTES = 1400;
/** The cheapest level: the way is short. */
const LEVEL = 1;

/**
 * The text of a request's body.
 * @throws ApiError 400 for bytes that are not what their header says, 413 for more than `bytesMax`
 */
export function decodeBody(bytes: Buffer, headers: IncomingHttpHeaders, bytesMax: number): string {
  switch (headers['content-encoding']) {
    case undefined:
    case 'identity':
      return bytes.toString('utf8');
    case 'gzip':
      return unpack(() => gunzipSync(bytes, { maxOutputLength: bytesMax }));
    case 'deflate':
      return unpack(() => inflateSync(bytes, { maxOutputLength: bytesMax }));
    default:
      throw new ApiError(415, 'global', 'badRequest', 'Unsupported content encoding');
  }
}

/** A body as it goes over the wire, with the headers that tell of it. */
export type EncodedBody = { readonly headers: Readonly<Record<string, string>> } & (
  | { readonly kind: 'text'; readonly text: string; readonly encoding: 'latin1' | 'utf8' }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
);

/** An answer's text, compressed or as it is. */
export function encodeBody(text: string, headers: IncomingHttpHeaders): EncodedBody {
  const length = Buffer.byteLength(text);
  const isWished = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/i.test(String(headers['accept-encoding'] ?? ''));
  // A text leaves in one piece with the head of its answer, bytes would be a second one.
  if (!isWished || length < COMPRESSED_FROM_BYTES) {
    // Nothing but ASCII, which Node writes sooner where it need not look.
    const encoding = length === text.length ? 'latin1' : 'utf8';
    return { kind: 'text', text, encoding, headers: { 'content-length': String(length) } };
  }
  const bytes = gzipSync(text, { level: LEVEL });
  return { kind: 'bytes', bytes, headers: { 'content-encoding': 'gzip', 'content-length': String(bytes.length) } };
}

function unpack(run: () => Buffer): string {
  try {
    return run().toString('utf8');
  } catch (error) {
    if (Object(error).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ApiError(413, 'global', 'uploadTooLarge', 'Request Too Large');
    throw new ApiError(400, 'global', 'badRequest', 'The body is not compressed as its header says.');
  }
}
