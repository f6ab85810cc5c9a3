/** receiveNotification: Google's POST in, one use case, a status out. The answer tells a sender nothing. */
import type { HttpFunction } from '@google-cloud/functions-framework';
import type { ReceiverServices } from '../shared/domain/ports.ts';
import { type Reception, receiveNotification } from '../shared/flow/receive-notification.ts';
import { BODY_BYTES_MAX } from './gate.ts';
import { onlyPost } from './only-post.ts';

const STATUS: Readonly<Record<Reception, number>> = { accepted: 204, refused: 403, unavailable: 503 };

/** The handler over these services. */
export function receiveNotificationHandler(services: ReceiverServices): HttpFunction {
  return onlyPost(async (request, response) => {
    if ((request.rawBody?.length ?? 0) > BODY_BYTES_MAX.receiveNotification) {
      response.status(413).end();
      return;
    }
    response.status(STATUS[await receiveNotification(services, request.headers)]).end();
  });
}
