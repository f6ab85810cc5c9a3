/** Takes one notification of Google's: verified without a database, durably on the topic before the answer. */
import { QueueUnavailable } from '../domain/errors.ts';
import { readNotification } from '../domain/notification/notification.ts';
import type { ReceiverServices } from '../domain/ports.ts';

/** `unavailable`: Google should send it again. */
export type Reception = 'accepted' | 'refused' | 'unavailable';

/**
 * See the file's head; `headers` have lower-case names. A refused request changes nothing and costs no outside call. Never throws.
 */
export async function receiveNotification(
  { queue, log, channels }: ReceiverServices,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Promise<Reception> {
  const notification = readNotification(headers, channels.keys);
  if (notification.kind === 'refused') {
    log.write({ line: 'notification', outcome: 'refused', reason: notification.reason });
    return 'refused';
  }
  const { message } = notification;
  const { calendar } = message;
  try {
    await queue.publish(message, 'live');
  } catch (error) {
    // A bug is no reason to lose a notification.
    if (!(error instanceof QueueUnavailable)) log.write({ line: 'failure', where: 'receiveNotification', error });
    log.write({ line: 'notification', outcome: 'queue-unavailable', calendar });
    return 'unavailable';
  }
  const outcome = message.kind === 'channel-proof' ? 'proof' : 'accepted';
  log.write({ line: 'notification', outcome, calendar });
  return 'accepted';
}
