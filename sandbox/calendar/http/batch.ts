/** Many calls in one request: https://developers.google.com/workspace/calendar/api/guides/batch */
import { STATUS_CODES } from 'node:http';
import { splitTarget } from '../../split-target.ts';
import { fingerprint } from '../state/identifiers.ts';
import type { CalendarAnswer } from '../wire/answers.ts';
import { badRequest } from '../wire/api-error.ts';
import { jsonText } from '../wire/json-text.ts';
import type { RawRequest } from './raw-request.ts';

const CALLS_MAX = 1000;

/** Whether the path is that of batches: the API's own, or the one of old clients. */
export function isBatch(path: string): boolean {
  return path === '/batch/calendar/v3' || path === '/batch';
}

/**
 * Answers each call of a batch in its order. Query and headers of the batch count for each call that does not say otherwise.
 * @throws ApiError 400 for what is no batch
 */
export function answerBatch(batch: RawRequest, answer: (call: RawRequest) => CalendarAnswer): CalendarAnswer {
  const boundary = /boundary="?([^";]+)"?/i.exec(String(batch.headers['content-type']))?.[1];
  if (batch.method !== 'POST' || boundary === undefined) {
    throw badRequest('A batch is a POST of multipart/mixed with a boundary.');
  }
  const [, ...parts] = `\r\n${batch.text}`.split(`\n--${boundary}`);
  const calls = parts.filter((part) => !part.startsWith('--')).map((part) => readPart(part, batch));
  if (calls.length === 0) throw badRequest('The batch has no calls.');
  if (calls.length > CALLS_MAX) throw badRequest(`The batch has more than ${CALLS_MAX} calls.`);
  const answers = calls.map(({ contentId, call }) => writePart(contentId, answer(call)));
  const mark = `batch_${fingerprint(answers.join(''))}`;
  const body = `${answers.map((text) => `--${mark}\r\n${text}\r\n`).join('')}--${mark}--\r\n`;
  return { status: 200, headers: { 'content-type': `multipart/mixed; boundary=${mark}` }, body };
}

interface Part {
  readonly contentId: string | undefined;
  readonly call: RawRequest;
}

function readPart(part: string, batch: RawRequest): Part {
  const [partHead, inner] = splitHead(part.replace(/^[ \t]*\r?\n/, ''));
  const contentId = headersOf(partHead)['content-id'];
  const [head, text] = splitHead(inner.trimStart());
  const [line = '', ...headerLines] = head.split(/\r?\n/);
  // Google's client for Java names whole addresses.
  const [, method, target] = /^([A-Za-z]+) (?:https?:\/\/[^/\s]+)?(\/\S*)(?: HTTP\/[\d.]+)?$/.exec(line.trim()) ?? [];
  if (method === undefined || target === undefined) throw badRequest('A part of the batch is no HTTP request.');
  const outer = Object.entries(batch.headers).filter(([name]) => !name.startsWith('content-'));
  const headers = { ...Object.fromEntries(outer), ...headersOf(headerLines.join('\n')) };
  const { search } = splitTarget(batch.target);
  const joined = search === '' ? target : `${target}${target.includes('?') ? '&' : '?'}${search}`;
  return { contentId, call: { method: method.toUpperCase(), target: joined, headers, text: text.trimEnd() } };
}

function splitHead(text: string): [head: string, rest: string] {
  const end = /\r?\n\r?\n/.exec(text);
  return end === null ? [text, ''] : [text.slice(0, end.index), text.slice(end.index + end[0].length)];
}

/** A header may go on in a line that begins with a space: Python's client folds ids that are long. */
function headersOf(text: string): Record<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
  return Object.fromEntries(headers);
}

function writePart(contentId: string | undefined, { status, headers, body }: CalendarAnswer): string {
  const text = body === undefined ? '' : typeof body === 'string' ? body : jsonText(body);
  const lines = [
    'Content-Type: application/http',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId.replace(/^<?/, '<response-')}`]),
    '',
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ];
  return lines.join('\r\n');
}
