/** Which receiver is meant, and the key it knows. */
import { readRing } from '../../shared/adapters/webhook/send-webhook.ts';
import type { Flag, Given } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { textFlag } from '../cli/given.ts';

/** Flags of every command that speaks to a receiver. */
export const RECEIVER_FLAGS: Readonly<Record<string, Flag>> = {
  secret: { value: 'WHSEC', help: 'the key that the receiver knows; default: CONFERENCE_WEBHOOK_SECRET' },
};

/** A receiver as it was typed. */
export interface ReceiverChoice {
  readonly url: URL;
  readonly secret: string | undefined;
}

/** The address at this place of the parameters, and the key as it was typed. @throws UsageError */
export function readReceiver(given: Given, index = 0): ReceiverChoice {
  const text = given.parameters[index];
  if (text === undefined)
    throw new UsageError('the address of the receiver is missing', 'such as http://localhost:3000/hooks');
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${JSON.stringify(text)} is no address`, 'write it with http:// or https:// in front');
  }
  return { url, secret: textFlag(given, 'secret') };
}

/** The first key of the ring that was typed, or else stands in the environment. @throws UsageError */
export function secretOf(typed: string | undefined): string {
  const [first = ''] = (typed ?? process.env.CONFERENCE_WEBHOOK_SECRET ?? '').split(',');
  const secret = first.trim();
  if (secret.startsWith('whsec_') && isKey(secret)) return secret;
  throw new UsageError(
    secret === '' ? 'the key of the receiver is missing' : 'the key of the receiver is not "whsec_" followed by base64',
    'give it with --secret whsec_..., or in CONFERENCE_WEBHOOK_SECRET',
  );
}

function isKey(secret: string): boolean {
  try {
    readRing([secret]);
    return true;
  } catch {
    return false;
  }
}
