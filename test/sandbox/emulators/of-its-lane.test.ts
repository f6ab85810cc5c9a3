/** The worker's handler behind an address of one lane, as an emulated Pub/Sub and whoever looks after it call it. */
import { expect, test } from '@jest/globals';
import { ofItsLane } from '../../../sandbox/emulators/of-its-lane.ts';
import { serve } from '../../functions/serve.ts';

const WORKER = 299;

test.each([
  ['a push of its lane', { message: { attributes: { lane: 'live' } } }, WORKER],
  ['a push of the other lane', { message: { attributes: { lane: 'upkeep' } } }, 204],
  ['a push of no lane', { message: {} }, 204],
  ['no push: the worker answers for itself', undefined, WORKER],
])('%s', async (_, body, status) => {
  const served = await serve(ofItsLane((_request, response) => void response.status(WORKER).end()));
  try {
    const answer = await fetch(`${served.url}/?lane=live`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    expect(answer.status).toBe(status);
  } finally {
    await served.close();
  }
});
