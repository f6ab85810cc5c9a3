/** Mistakes in taking notifications and messages. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const MESSAGES: readonly Defect[] = [
  one(
    'a notification is accepted though the broker did not take it',
    'shared/flow/receive-notification.ts',
    "return 'unavailable';",
    "return 'accepted';",
  ),
  one(
    'a message is acknowledged though the database could not be reached',
    'functions/sync-calendar.ts',
    'if (error instanceof StoreUnavailable || error instanceof QueueUnavailable) return AGAIN;',
    'if (error instanceof StoreUnavailable || error instanceof QueueUnavailable) return ACKNOWLEDGED;',
    'the database cannot be reached when a message comes',
  ),
];
