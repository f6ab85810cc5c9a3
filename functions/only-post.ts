/** What takes a POST and nothing else: a notification, a push, a call of the scheduler. */
import type { HttpFunction, Request, Response } from '@google-cloud/functions-framework';

/** The handler behind an answer to every other method. */
export function onlyPost(handle: (request: Request, response: Response) => Promise<void>): HttpFunction {
  return async (request, response) => {
    if (request.method === 'POST') await handle(request, response);
    else response.set('Allow', 'POST').status(405).end();
  };
}
