/** confsync connections remove: forgets a user with his consent and his calendars; ends no conference. */
import { forgetUser } from '../../shared/flow/connections/forget-user.ts';
import { knownConnection } from '../../shared/flow/connections/known-connection.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { oneUser } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';

const COUNTED_MAX = 1_000;

export const help: Help = {
  path: ['connections', 'remove'],
  summary: 'forget a user, with his consent and calendars; his conferences live on',
  parameters: 'USER',
  more: 'Ends the consent at Google where CONNECTION_KEYS and OAUTH_CLIENT_ID are set here as the functions have them;\notherwise it is only forgotten. DELETE /v1/connections/USER of the manage API does the same with keys of its own.',
  examples: [['confsync connections remove alice@example.com', 'she does not use the product any more']],
  isChanging: true,
};

export const parse: (given: Given) => string = oneUser;

export async function run(services: OpsServices, user: string, screen: Screen): Promise<Report> {
  const { sealing, revoke } = services.consents;
  const connection = await knownConnection(services.store, user);
  const { subject } = connection;
  const known = await services.store.calendarsOf(subject, { after: null, limit: COUNTED_MAX });
  const isEnding = connection.state.kind === 'connected' && sealing !== undefined;
  const plan = `forget 1 user, ${subject}, with ${counted(known.length, 'calendar')}${isEnding ? ', and end the consent at Google' : ''}`;
  const consent = await screen.agree(plan, 1);
  if (consent !== 'go') return unchanged(consent, plan, { subject, calendars: known.length });
  const until = services.clock.now() + services.policy.syncBudgetMs.upkeep;
  const setup = sealing === undefined ? undefined : { terms: sealing, consent: { revoke } };
  const { calendars, unfinished, connection: end } = await forgetUser(services, setup, subject, until);
  const isLeft = connection.state.kind === 'connected' && end === 'forgotten';
  return {
    data: { isDone: true, subject, calendars, unfinished, isRevoked: end === 'revoked' },
    text: () => [
      `${subject} is forgotten, with ${counted(calendars, 'calendar')}. No conference was cancelled.`,
      ...(unfinished > 0 ? [`A worker goes on with ${counted(unfinished, 'calendar')}, within minutes.`] : []),
      ...(end === 'renewed'
        ? ['The user connected again meanwhile, which stays. Type the same again to end that, too.']
        : []),
      ...(isLeft
        ? ['The consent stays with Google until the user ends it: https://myaccount.google.com/connections']
        : []),
    ],
  };
}
