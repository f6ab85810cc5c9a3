/** A policy for tests: the defaults of the configuration, with what a test changes. */
import { parseConfig } from '../../shared/config/config.ts';
import type { Policy } from '../../shared/domain/policy.ts';

/** See the file's head. */
export function policy(changes: Partial<Policy> = {}): Policy {
  const config = parseConfig(
    {
      CHANNEL_TOKEN_KEYS: 'a channel token key for tests',
      RECEIVER_URL: 'https://receiver.example.com',
      CONFERENCE_SOLUTION_NAMES: 'My Web Conference',
      CONFERENCE_WEBHOOK_URL: 'https://conference.example.com/webhook',
      CONFERENCE_WEBHOOK_SECRET: `whsec_${Buffer.from('a webhook secret for tests').toString('base64')}`,
    },
    'syncCalendar',
  );
  return { ...config.policy, ...changes };
}
