/** The Pub/Sub emulator knows filters and does not apply them: each subscription delivers the messages of both lanes. */
import type { HttpFunction } from '@google-cloud/functions-framework';

/** The worker's handler at an address that names its lane (`?lane=live`), where it acknowledges messages of the other one unseen. What is no push is the handler's own. */
export function ofItsLane(handler: HttpFunction): HttpFunction {
  return (request, response) => {
    const { lane } = request.query;
    if (request.method !== 'POST' || lane === undefined || lane === request.body?.message?.attributes?.lane)
      return handler(request, response);
    response.status(204).end();
  };
}
