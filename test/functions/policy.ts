/** A policy for tests: the defaults of the configuration, with what a test changes; and what channels are opened with. */
import { parseConfig } from '../../shared/config/config.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { ChannelTerms } from '../../shared/domain/ports.ts';

/** The key and the address of tests. */
export const CHANNELS: ChannelTerms = {
  keys: ['a channel token key for tests'],
  receiverUrl: 'https://receiver.example.com',
};

/** See the file's head. */
export function policy(changes: Partial<Policy> = {}): Policy {
  const config = parseConfig(
    {
      CHANNEL_TOKEN_KEYS: CHANNELS.keys[0],
      RECEIVER_URL: CHANNELS.receiverUrl,
      CONFERENCE_SOLUTION_NAMES: 'My Web Conference',
      CONFERENCE_WEBHOOK_URL: 'https://conference.example.com/webhook',
      CONFERENCE_WEBHOOK_SECRET: `whsec_${Buffer.from('a webhook secret for tests').toString('base64')}`,
    },
    'syncCalendar',
  );
  return { ...config.policy, ...changes };
}
