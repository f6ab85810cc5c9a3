/** Takes one notification of Google's: verified without a database, durably on the topic before the answer. */
import { QueueUnavailable } from '../domain/errors.ts';
import { readNotification } from '../domain/notification.ts';
import type { Services } from '../domain/ports.ts';

/** `unavailable`: Google should send it again. */
export type Reception = 'accepted' | 'refused' | 'unavailable';

/**
 * See the file's head; `headers` have lower-case names. A refused request changes nothing and costs no outside call. Makes as few
 * promises as there are waits: the functions framework runs a request under a domain, where each promise costs as much as the signature.
 */
export function receiveNotification(
  services: Pick<Services, 'queue' | 'log' | 'policy'>,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Reception | Promise<Reception> {
  const { queue, log, policy } = services;
  const notification = readNotification(headers, policy.channelKeys);
  if (notification.kind === 'refused') {
    log.write({ line: 'notification', outcome: 'refused', reason: notification.reason });
    return 'refused';
  }
  const { message } = notification;
  return queue.publish(message, 'live').then(
    () => {
      const outcome = message.kind === 'channel-proof' ? 'proof' : 'accepted';
      log.write({ line: 'notification', outcome, calendar: message.calendar });
      return 'accepted';
    },
    (error: unknown) => {
      if (!(error instanceof QueueUnavailable)) throw error;
      log.write({ line: 'notification', outcome: 'queue-unavailable', calendar: message.calendar });
      return 'unavailable';
    },
  );
}
