/**
 * syncCalendar: a Pub/Sub push in, one work message done, acknowledged or not. Refused are only messages that trouble of ours kept from
 * being worked on, since each refusal slows the whole subscription down.
 */
import type { HttpFunction } from '@google-cloud/functions-framework';
import { BadRequest, QueueUnavailable, StoreUnavailable } from '../shared/domain/errors.ts';
import { decodeWork, type Lane } from '../shared/domain/notification/work-message.ts';
import type { DeadLetters, Services } from '../shared/domain/ports.ts';
import { doWork } from '../shared/flow/do-work.ts';
import { onlyPost } from './only-post.ts';
import { type PushEnvelope, readPushEnvelope } from './push-envelope.ts';
import type { Watchdog } from './watchdog.ts';

/** A bug that strikes this often will strike again: the message is put aside for a person. */
const MESSAGE_ATTEMPTS_BEFORE_DEAD_LETTER = 10;

const ACKNOWLEDGED = 204;
const AGAIN = 503;
const BROKEN = 500;

/** What the worker needs beside the use cases' services; no watchdog where others live in the same process. */
export type WorkerServices = Services & { readonly deadLetters: DeadLetters; readonly watchdog?: Watchdog };

/** The handler over these services. */
export function syncCalendarHandler(services: WorkerServices): HttpFunction {
  return onlyPost(async (request, response) => {
    response.status(await workOn(services, request.body)).end();
  });
}

/** Works on one push body; returns the status that acknowledges it or asks for it again. Never throws. */
export async function workOn(services: WorkerServices, body: unknown): Promise<number> {
  if (services.isStopping()) return AGAIN;
  const envelope = readPushEnvelope(body);
  if (envelope === undefined) {
    services.log.write({ line: 'dead-letter', reason: 'not a Pub/Sub push: nothing to keep' });
    return ACKNOWLEDGED;
  }
  try {
    const message = decodeWork(envelope.text);
    const lane: Lane = envelope.attributes.lane === 'upkeep' ? 'upkeep' : 'live';
    const arrival = { lane, publishedAt: envelope.publishedAt ?? services.clock.now() };
    const work = () => doWork(services, message, arrival);
    await (services.watchdog === undefined ? work() : services.watchdog.watch(message, work));
    return ACKNOWLEDGED;
  } catch (error) {
    // It does not become better by being sent again.
    if (error instanceof BadRequest) return putAside(services, envelope, error.message);
    services.log.write({ line: 'failure', where: 'syncCalendar', error });
    if (error instanceof StoreUnavailable || error instanceof QueueUnavailable) return AGAIN;
    const isHopeless = (envelope.attempt ?? 1) >= MESSAGE_ATTEMPTS_BEFORE_DEAD_LETTER;
    return isHopeless ? putAside(services, envelope, `failed ${envelope.attempt} times: ${nameOf(error)}`) : BROKEN;
  }
}

async function putAside(
  services: WorkerServices,
  { text, attributes, messageId, attempt }: PushEnvelope,
  reason: string,
): Promise<number> {
  const known = { ...(messageId !== undefined && { messageId }), ...(attempt !== undefined && { attempt }) };
  services.log.write({ line: 'dead-letter', reason, ...known });
  try {
    await services.deadLetters.put({ data: text, attributes: { ...attributes }, reason, ...known });
    return ACKNOWLEDGED;
  } catch (error) {
    services.log.write({ line: 'failure', where: 'dead letters', error });
    return AGAIN;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
