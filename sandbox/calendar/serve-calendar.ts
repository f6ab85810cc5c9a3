/**
 * The simulated Calendar over HTTP, as a listener that another node:http server mounts:
 *   /calendar/v3/...                       the Calendar API
 *   /batch/calendar/v3                     many calls of it in one
 *   /discovery/v1/apis/calendar/v3/rest    what clients build themselves from
 *   /calendar/faults                       see serve-faults.ts
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBytes } from '../read-body.ts';
import { splitTarget } from '../split-target.ts';
import { answerBatch, isBatch } from './http/batch.ts';
import { corsHeaders, preflight } from './http/cors.ts';
import { discoveryDocument, isDiscovery } from './http/discovery.ts';
import { decodeBody, encodeBody } from './http/encodings.ts';
import { callOf, type RawRequest } from './http/raw-request.ts';
import { answerFaults } from './serve-faults.ts';
import type { SimulatedCalendar } from './simulated-calendar.ts';
import { type CalendarAnswer, jsonAnswer } from './wire/answers.ts';
import { ApiError, backendError, notFound } from './wire/api-error.ts';
import { jsonText } from './wire/json-text.ts';

/** A real event has at most a few hundred kilobytes. */
const BODY_BYTES_MAX = 2_097_152;
const BATCH_BYTES_MAX = 16 * BODY_BYTES_MAX;
const NO_BYTES = Buffer.alloc(0);

/** Answers a request below one of the paths above and says true; says false, and touches nothing, for any other path. */
export type CalendarListener = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** Hears of each call of the API with its answer, those included that the Calendar never saw. `body` is its JSON, or the text that is none. */
export type AnswerObserver = (call: RawRequest, body: unknown, answer: CalendarAnswer) => void;

/** The listener over the given Calendar. It never rejects. */
export function calendarListener(calendar: SimulatedCalendar, observe?: AnswerObserver): CalendarListener {
  return (request, response) => {
    const { path } = splitTarget(request.url ?? '');
    const isOurs =
      path.startsWith('/calendar/v3/') || path === '/calendar/faults' || isBatch(path) || isDiscovery(path);
    return isOurs && answerRequest({ calendar, observe }, path, request, response);
  };
}

interface Served {
  readonly calendar: SimulatedCalendar;
  readonly observe: AnswerObserver | undefined;
}

async function answerRequest(
  served: Served,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<true> {
  try {
    write(await answerMessage(served, path, request), request, response);
  } catch {
    // The caller went away while his request was read.
    response.destroy();
  }
  return true;
}

async function answerMessage(served: Served, path: string, request: IncomingMessage): Promise<CalendarAnswer> {
  const { method = 'GET', url: target = '', headers } = request;
  if (method === 'OPTIONS') return preflight(headers);
  const bytesMax = isBatch(path) ? BATCH_BYTES_MAX : BODY_BYTES_MAX;
  const bytes = hasBody(request) ? await readBytes(request, bytesMax) : NO_BYTES;
  // The answer closes the connection, because the rest of the body is not read.
  if (bytes === undefined) return closing(new ApiError(413, 'global', 'uploadTooLarge', 'Request Too Large').answer());
  try {
    const raw: RawRequest = { method, target, headers, text: decodeBody(bytes, headers, bytesMax) };
    if (isBatch(path)) return answerBatch(raw, (call) => answerCall(served, call));
    if (isDiscovery(path)) return jsonAnswer(discoveryDocument(`http://${headers.host ?? 'localhost'}/`));
    return answerCall(served, raw);
  } catch (error) {
    return refusalOf(error, `${method} ${path}`).answer();
  }
}

function answerCall({ calendar, observe }: Served, raw: RawRequest): CalendarAnswer {
  try {
    const call = callOf(raw);
    if (call.path === '/calendar/faults') return answerFaults(calendar, call.method, call.body);
    // A batch can hold calls to anywhere.
    if (!call.path.startsWith('/calendar/v3/')) throw notFound();
    const answer = calendar.handle(call);
    observe?.(raw, call.body, answer);
    return answer;
  } catch (error) {
    const refusal = refusalOf(error, `${raw.method} ${splitTarget(raw.target).path}`).answer();
    observe?.(raw, raw.text, refusal);
    return refusal;
  }
}

/** What a client is told: Google's refusal, or its 500 where the simulator has a bug, of which whoever runs it hears. */
function refusalOf(error: unknown, call: string): ApiError {
  if (error instanceof ApiError) return error;
  const trace = error instanceof Error ? error.stack : String(error);
  process.emitWarning(`The simulated Calendar has failed over ${call}, which is a fault of its own. ${trace}`);
  return backendError();
}

function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function closing(answer: CalendarAnswer): CalendarAnswer {
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

function write({ status, headers, body }: CalendarAnswer, request: IncomingMessage, response: ServerResponse): void {
  const all = { ...headers, ...corsHeaders(request.headers) };
  if (body === undefined) {
    // 204 and 304 have no length; a preflight has none to tell of either.
    response.writeHead(status, status === 200 ? { ...all, 'content-length': '0' } : all);
    response.end();
    return;
  }
  const text = typeof body === 'string' ? body : jsonText(body);
  const encoded = encodeBody(text, request.headers);
  response.writeHead(status, { ...all, ...encoded.headers });
  if (encoded.kind === 'bytes') response.end(encoded.bytes);
  else response.end(encoded.text, encoded.encoding);
}
