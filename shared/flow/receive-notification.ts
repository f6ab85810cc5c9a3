/** Takes one notification of Google's: verified without a database, durably on the topic before the answer. */
import { QueueUnavailable } from '../domain/errors.ts';
import { readNotification } from '../domain/notification.ts';
import type { Services } from '../domain/ports.ts';

/** `unavailable`: Google should send it again. */
export type Reception = 'accepted' | 'refused' | 'unavailable';

/**
 * See the file's head; `headers` have lower-case names. A refused request changes nothing and costs no outside call. Gives the outcome
 * once, and never throws. Calls back and promises nothing: under the functions framework's domain a promise costs as much as the signature.
 */
export function receiveNotification(
  { queue, log, policy }: Pick<Services, 'queue' | 'log' | 'policy'>,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  give: (reception: Reception) => void,
): void {
  const notification = readNotification(headers, policy.channelKeys);
  if (notification.kind === 'refused') {
    log.write({ line: 'notification', outcome: 'refused', reason: notification.reason });
    give('refused');
    return;
  }
  const { message } = notification;
  queue.publish(message, 'live').then(
    () => {
      const outcome = message.kind === 'channel-proof' ? 'proof' : 'accepted';
      log.write({ line: 'notification', outcome, calendar: message.calendar });
      give('accepted');
    },
    (error: unknown) => {
      // A bug is no reason to lose a notification.
      if (!(error instanceof QueueUnavailable)) log.write({ line: 'failure', where: 'receiveNotification', error });
      log.write({ line: 'notification', outcome: 'queue-unavailable', calendar: message.calendar });
      give('unavailable');
    },
  );
}
