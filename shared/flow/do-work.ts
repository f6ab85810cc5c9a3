/** Carries out one work message, whichever it is. */

import type { Arrival, WorkMessage } from '../domain/notification/work-message.ts';
import type { Services } from '../domain/ports.ts';
import { finishRemoval } from './calendars/remove-calendar.ts';
import { proveChannel } from './channels/prove-channel.ts';
import { processDue } from './deliver/process-due.ts';
import { tellOfCalendar } from './deliver/tell-of-calendar.ts';
import { syncCalendar } from './sync/sync-calendar.ts';
import { unlessUnreadable } from './unless-unreadable.ts';

/** Once it returns, whatever is left is on record. @throws StoreUnavailable, QueueUnavailable, or a bug: the message must come again */
export async function doWork(services: Services, message: WorkMessage, arrival: Arrival): Promise<void> {
  const until = services.clock.now() + services.policy.syncBudgetMs[arrival.lane];
  switch (message.kind) {
    case 'sync': {
      const outcome = await syncCalendar(services, message, arrival);
      if (outcome === 'being-removed') await unlessUnreadable(finishRemoval(services, message.calendar, until));
      return;
    }
    case 'channel-proof':
      // A channel without proof is reconciled more often; no more is lost.
      await unlessUnreadable(proveChannel(services, message));
      return;
    case 'conference':
      await processDue(services, message.conference, until);
      return;
    case 'notice':
      await unlessUnreadable(tellOfCalendar(services, message.calendar));
      return;
  }
}
