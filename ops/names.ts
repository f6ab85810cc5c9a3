/** The names of the parts of an installation, as the Terraform module gives them; all follow from the names of its topics. */
import type { Config } from '../shared/config/config.ts';
import type { Names } from './ports.ts';

const TOPIC = 'conference-sync-work';

/** What stands in front of every name of an installation; empty where the topic was named by hand. */
function prefixOf(workTopic: string): string {
  return workTopic.endsWith(TOPIC) ? workTopic.slice(0, -TOPIC.length) : '';
}

/** See the file's head. */
export function namesOf(
  config: Config,
  projectId: string,
  { region, emulators }: Pick<Names, 'region' | 'emulators'>,
): Names {
  const { workTopic, deadLetterTopic, firestoreDatabase, calendarAuth, backend } = config;
  const prefix = prefixOf(workTopic);
  const secrets = [
    'channel-token-keys',
    ...(backend?.kind === 'module' ? [] : ['conference-webhook-secret']),
    ...(calendarAuth.kind.includes('oauth') ? ['oauth-client-secret'] : []),
  ];
  return {
    projectId,
    database: firestoreDatabase,
    workTopic,
    deadLetterTopic,
    liveSubscription: `${workTopic}-live`,
    upkeepSubscription: `${workTopic}-upkeep`,
    deadLetterSubscription: deadLetterTopic,
    replaySubscription: `${workTopic}-replay`,
    job: `${prefix}renew-channels`,
    prefix,
    functions: {
      'receive-notification': `${prefix}receive-notification`,
      'sync-calendar-live': `${prefix}sync-calendar-live`,
      'sync-calendar-upkeep': `${prefix}sync-calendar-upkeep`,
      'renew-channels': `${prefix}renew-channels`,
      'manage-calendars': `${prefix}manage-calendars`,
      'connect-calendars': `${prefix}connect-calendars`,
    },
    secrets: secrets.map((secret) => `${prefix}${secret}`),
    region,
    emulators,
  };
}
