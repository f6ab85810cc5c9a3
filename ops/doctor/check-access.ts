/** The doctor on configuration, secrets, the receiver's address, and acting as a user. */
import {
  AccessLost,
  CalendarUnreachable,
  GoogleTrouble,
  OwnAccountRefused,
  RateLimited,
} from '../../shared/domain/errors.ts';
import type { OpsServices } from '../ports.ts';
import { functionsOf } from './check-functions.ts';
import { broken, type Finding, judged, unchecked, warning, well } from './finding.ts';

/** What this shell holds of the functions' settings. It need not hold their secrets: what is not set is not wrong, only not seen. */
export function checkConfiguration({ configProblems }: OpsServices): readonly Finding[] {
  const check = 'configuration';
  if (configProblems.length === 0) return [well(check, 'complete')];
  const missing = new Set(configProblems.flatMap(({ kind, settings }) => (kind === 'missing' ? settings : [])));
  const wrong = configProblems.filter(({ kind }) => kind === 'wrong');
  return [
    ...wrong.map(({ text }) =>
      broken(check, text, 'Set it as the functions have it; docs/configuration.md has every setting.'),
    ),
    ...(missing.size === 0
      ? []
      : [unchecked(check, `not set in this shell, so not looked at: ${[...missing].join(', ')}`)]),
  ];
}

export async function checkSecrets(services: OpsServices): Promise<readonly Finding[]> {
  const { installation, names } = services;
  const all = await Promise.all(
    (await secretsOf(services)).map(async (secret) => {
      const check = `secret ${secret}`;
      const whenAbsent = broken(
        check,
        'it does not exist: the functions that need it do not start',
        'Run `terraform apply`, then see terraform/README.md on secrets.',
      );
      return judged(check, await installation.secretVersions(secret), whenAbsent, (count) =>
        count === 0
          ? broken(
              check,
              'no version of it is enabled: instances that start now fail',
              `gcloud secrets versions list ${secret} --project ${names.projectId}`,
            )
          : well(check, count === 1 ? 'one version is enabled' : `${count} versions are enabled`),
      );
    }),
  );
  return all.flat();
}

/** The secrets that the functions refer to, which may have names of the company's own; else those that the module makes. */
async function secretsOf({ installation, names }: OpsServices): Promise<readonly string[]> {
  const functions = await installation.functions();
  const found = functions.kind === 'known' ? functionsOf(functions.fact, names) : [];
  const referred = found.flatMap(({ secrets }) => Object.values(secrets)).map((text) => text.split('/')[0] ?? text);
  return referred.length === 0 ? names.secrets : [...new Set(referred)].toSorted();
}

/** Google must get in, and nothing but its notifications may do anything: a GET is answered 405 by the receiver itself. */
export async function checkReceiver({ installation, receiverUrl }: OpsServices): Promise<readonly Finding[]> {
  const check = 'receiver';
  if (receiverUrl === undefined) return [unchecked(check, 'RECEIVER_URL is not set here')];
  const status = await installation.statusOf(receiverUrl);
  if (status.kind !== 'known') {
    return [
      broken(
        check,
        `RECEIVER_URL ${receiverUrl} cannot be reached${status.kind === 'unreadable' ? `: ${status.why}` : ''}`,
        'Google reaches it no more than you do. Is receive-notification deployed?',
      ),
    ];
  }
  if (status.fact === 405) return [well(check, `${receiverUrl} lets Google in`)];
  const closed = status.fact === 401 || status.fact === 403;
  return [
    broken(
      check,
      `RECEIVER_URL ${receiverUrl} answers ${status.fact}${closed ? ': Google is not let in' : ''}`,
      closed
        ? 'Grant roles/run.invoker on receive-notification to allUsers (`terraform apply`).'
        : 'Does RECEIVER_URL name receive-notification, and does it run? See its logs.',
    ),
  ];
}

/** Reads one page of a calendar as its user. Without a subject, the first registered calendar is tried. */
export async function checkGrant(services: OpsServices, subject: string | undefined): Promise<readonly Finding[]> {
  const check = `acting as a user (${services.calendarAuth})`;
  const access = await accessFor(services, subject);
  if (access === undefined) return [unchecked(check, 'no calendar is registered; name a user with --subject')];
  const who = access.subject;
  try {
    await services.google.list(access, { syncToken: null, pageToken: null, timeMin: services.clock.now() });
    return [well(check, `as ${who}`)];
  } catch (error) {
    if (!(error instanceof GoogleTrouble)) throw error;
    if (error instanceof OwnAccountRefused)
      return [
        unchecked(check, `you may not act as ${who} from here: ${error.message}`, ownAdvice(services.calendarAuth)),
      ];
    if (error instanceof AccessLost)
      return [
        broken(check, `Google does not let us act as ${who}: ${error.message}`, adviceFor(services.calendarAuth)),
      ];
    if (error instanceof CalendarUnreachable)
      return [
        broken(
          check,
          `${access.calendarId} is not visible to ${who}`,
          'Does it exist, and is it shared with this user?',
        ),
      ];
    if (error instanceof RateLimited)
      return [
        warning(
          check,
          `Google asks for fewer requests: ${error.message}`,
          'Look at the quota page of the Calendar API.',
        ),
      ];
    return [
      warning(
        check,
        `Google could not be asked (${error.name}): ${error.message}`,
        'Try again; if it stays, see https://www.google.com/appsstatus/dashboard/',
      ),
    ];
  }
}

async function accessFor({ store }: OpsServices, subject: string | undefined) {
  if (subject !== undefined) return { calendarId: subject, subject };
  const [calendar] = await store.calendars({ after: null, limit: 1 }, 'active');
  return calendar;
}

/** What it takes to act as users from this machine; whether the functions may is another matter. */
function ownAdvice(auth: string): string {
  return auth === 'delegation'
    ? 'To look at it, set DELEGATION_SERVICE_ACCOUNT as the functions have it, and hold roles/iam.serviceAccountTokenCreator on that account.'
    : 'To look at it, use credentials that may do what the functions do: gcloud auth application-default login';
}

function adviceFor(auth: string): string {
  switch (auth) {
    case 'delegation':
      return 'In the Workspace admin console, authorise the client ID of the service account for https://www.googleapis.com/auth/calendar.events.';
    case 'oauth':
    case 'delegation,oauth':
      return 'The user must connect again (POST /v1/connections/SUBJECT/reconnect makes the link), or, where a consent page of yours writes to Secret Manager, give consent there.';
    case 'service-account':
      return 'Share the calendar with the service account.';
    default:
      return 'Check CALENDAR_AUTH.';
  }
}
