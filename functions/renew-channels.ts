/** renewChannels: Cloud Scheduler's call in, one run over everything that is due, its report out. */
import type { HttpFunction } from '@google-cloud/functions-framework';
import { StoreUnavailable } from '../shared/domain/errors.ts';
import type { ChannelServices } from '../shared/domain/ports.ts';
import { wakeDue } from '../shared/flow/wake/wake-due.ts';
import { onlyPost } from './only-post.ts';

/** Below the three minutes that Cloud Scheduler waits for an answer by default. */
const BUDGET_MS = 150_000;

/** The handler over these services. */
export function renewChannelsHandler(services: ChannelServices): HttpFunction {
  return onlyPost(async (_, response) => {
    try {
      response.status(200).json(await wakeDue(services, services.clock.now() + BUDGET_MS));
    } catch (error) {
      services.log.write({ line: 'failure', where: 'renewChannels', error });
      response.status(error instanceof StoreUnavailable ? 503 : 500).end();
    }
  });
}
