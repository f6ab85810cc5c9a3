/** The terms that all parts of the benchmark share: secrets of a world that nobody else can reach, and the service's policy. */
import { channelTermsOf, parseConfig } from '../../../shared/config/config.ts';
import type { Policy } from '../../../shared/domain/policy.ts';
import type { ChannelTerms } from '../../../shared/domain/ports.ts';
import { SOLUTION_NAME } from './sample-events.ts';

/** The webhook secret that both sides have. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from('benchmark webhook secret').toString('base64')}`;

/** The settings of a deployment, but for addresses. */
export const SETTINGS: Readonly<Record<string, string>> = {
  GOOGLE_CLOUD_PROJECT: 'benchmark',
  CHANNEL_TOKEN_KEYS: 'channel token key of the benchmark,and the one before it',
  RECEIVER_URL: 'https://receiver.example.com',
  CONFERENCE_SOLUTION_NAMES: SOLUTION_NAME,
  CONFERENCE_WEBHOOK_URL: 'https://conference.example.com/webhook',
  CONFERENCE_WEBHOOK_SECRET: WEBHOOK_SECRET,
};

/** The policy that these settings give, with what a row changes. */
export function benchPolicy(changes: Partial<Policy> = {}): Policy {
  return { ...parseConfig(SETTINGS, 'syncCalendar').policy, ...changes };
}

/** What these settings open channels with. */
export function benchChannels(): ChannelTerms {
  return channelTermsOf(parseConfig(SETTINGS, 'syncCalendar'));
}
