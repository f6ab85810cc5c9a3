/** confsync webhook trigger: sends one change to a receiver and shows what it answers. */
import type { ChangeBody } from '../../shared/domain/delivery/change.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { onlyParameters, textFlag } from '../cli/given.ts';
import { list } from '../cli/table.ts';
import { openEndpoint } from '../webhook/open-endpoint.ts';
import { outcomeWords } from '../webhook/outcome-words.ts';
import { RECEIVER_FLAGS, type ReceiverChoice, readReceiver, secretOf } from '../webhook/receiver-choice.ts';
import { SampleConference, SECOND, SECOND_MOVED, THIRD } from '../webhook/sample-changes.ts';

const CHANGES: Readonly<Record<ChangeBody['type'], (one: SampleConference) => ChangeBody>> = {
  'conference.updated': (one) => one.updated(0),
  'conference.cancelled': (one) => one.cancelled(0),
  'conference.occurrence_updated': (one) => one.occurrenceUpdated(0, SECOND, SECOND_MOVED),
  'conference.occurrence_cancelled': (one) => one.occurrenceCancelled(0, THIRD),
};

export const help: Help = {
  path: ['webhook', 'trigger'],
  summary: 'send one change to a receiver',
  parameters: 'TYPE URL',
  flags: {
    ...RECEIVER_FLAGS,
    conference: { value: 'ID', help: 'the conference that is spoken of; default: confsync-test' },
  },
  more: `TYPE is one of ${Object.keys(CHANGES).join(', ')}. Each call sends a higher revision than the one before.`,
  examples: [
    [
      'confsync webhook trigger conference.updated http://localhost:3000/hooks --secret whsec_c2VjcmV0',
      'a weekly meeting at ten in Berlin',
    ],
    [
      'confsync webhook trigger conference.cancelled http://localhost:3000/hooks --conference c-123',
      'with the secret in CONFERENCE_WEBHOOK_SECRET',
    ],
  ],
};

interface Options extends ReceiverChoice {
  readonly change: (one: SampleConference) => ChangeBody;
  readonly conferenceId: string;
  readonly now: number;
}

export function parse(given: Given): Options {
  onlyParameters(given.parameters, 2);
  const [type] = given.parameters;
  const change = Object.entries(CHANGES).find(([name]) => name === type)?.[1];
  if (change === undefined) {
    throw new UsageError(
      `there is no change ${JSON.stringify(type ?? '')}`,
      `write one of ${Object.keys(CHANGES).join(', ')}`,
    );
  }
  const conferenceId = textFlag(given, 'conference') ?? 'confsync-test';
  return { ...readReceiver(given, 1), change, conferenceId, now: given.now };
}

export async function run({ url, secret, change, conferenceId, now }: Options): Promise<Report> {
  const one = new SampleConference(conferenceId, now);
  const delivery = one.delivery(change(one));
  const endpoint = openEndpoint({ url, secret: secretOf(secret), readBack: null });
  try {
    const { status, outcome } = await endpoint.send(delivery);
    return {
      data: { webhookId: delivery.id, body: JSON.parse(delivery.body), status, outcome },
      text: (paint) =>
        list(
          [
            ['webhook-id', delivery.id],
            ['body', delivery.body],
            ['answer', status === null ? 'none' : String(status)],
            ['means', { tone: outcome.kind === 'done' ? 'good' : 'bad', text: outcomeWords(outcome) }],
          ],
          paint,
        ),
      exit: outcome.kind === 'done' ? EXIT.fine : EXIT.failed,
    };
  } finally {
    endpoint.close();
  }
}
