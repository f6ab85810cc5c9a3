/**
 * Sources for the functions framework: the receiver as it is deployed, with a queue that takes everything, and a handler that does nothing.
 */
import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { Drain } from '../../../functions/drain.ts';
import { installGate } from '../../../functions/gate.ts';
import { outsideDomain } from '../../../functions/leave-domain.ts';
import { receiveNotificationHandler } from '../../../functions/receive-notification.ts';
import { traced } from '../../../functions/trace.ts';
import { wireLog, wireReceiver } from '../../../functions/wire.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { SETTINGS } from '../world/terms.ts';

const drain = new Drain();
const config = parseConfig({ ...SETTINGS, WORK_QUEUE: 'memory' }, 'receiveNotification');
const { log, channels } = await wireReceiver(config, wireLog(config));
// One promise for all, so that the queue costs nothing.
const taken = Promise.resolve();
const built = Promise.resolve(receiveNotificationHandler({ log, channels, queue: { publish: () => taken } }));

// As in functions/index.ts.
const handler: HttpFunction = async (request, response) => (await built)(request, response);
http('receiveNotification', outsideDomain(traced(handler)));
http('empty', (_request, response) => {
  response.status(204).end();
});
if (process.argv.includes('receiveNotification')) installGate('receiveNotification', drain);
