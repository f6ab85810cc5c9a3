/** The doctor on what is deployed: that all of it is there and of one version, that keys are the same everywhere, and who may call what. */
import { counted } from '../cli/counted.ts';
import { DEPLOYMENTS, type Deployment, type FunctionFacts, mapped, type OpsServices, type Reading } from '../ports.ts';
import { APPLY, broken, type Finding, judged, unchecked, warning, well } from './finding.ts';

/** That each function serves, and none is of another version than the rest. */
export async function checkFunctions({ installation, names }: OpsServices): Promise<readonly Finding[]> {
  const check = 'functions';
  const whenAbsent = broken(
    check,
    'the project has none',
    'Run `terraform apply`. Or GOOGLE_CLOUD_PROJECT names another.',
  );
  return judged(check, await installation.functions(), whenAbsent, (all) => {
    const found = functionsOf(all, names);
    const missing = DEPLOYMENTS.filter((deployment) => isDue(deployment, found))
      .map((deployment) => names.functions[deployment])
      .filter((wanted) => !found.some(({ name }) => name === wanted));
    if (found.length === 0) return broken(check, `none of them is there: ${missing.join(', ')}`, APPLY);
    const findings = [
      ...missing.map((name) => broken(check, `${name} is not deployed`, APPLY)),
      ...found
        .filter(({ state }) => state !== 'ACTIVE')
        .map(({ name, state }) => broken(check, `${name} does not serve: its state is ${state}`, APPLY)),
      ...versionsApart(check, found),
    ];
    return findings.length === 0 ? well(check, 'all are there, of one version') : findings;
  });
}

/** The archive of the function that was deployed last is the version that was meant. */
function versionsApart(check: string, found: readonly FunctionFacts[]): readonly Finding[] {
  const [newest] = [...found].sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0));
  if (newest === undefined) return [];
  return found
    .filter(({ source }) => source !== newest.source)
    .map(({ name, source }) =>
      broken(
        check,
        `${name} is of another version than ${newest.name}, which was deployed last (${source}, not ${newest.source})`,
        'Run `terraform apply` once more: a deployment stopped half-way.',
      ),
    );
}

/** That whoever signs and whoever verifies have the same version of a key. */
export async function checkKeyVersions({ installation, names }: OpsServices): Promise<readonly Finding[]> {
  const check = 'keys of the functions';
  const whenAbsent = unchecked(check, 'the project has no functions');
  return judged(check, await installation.functions(), whenAbsent, (all) => {
    const found = functionsOf(all, names);
    const variables = new Set(found.flatMap(({ secrets }) => Object.keys(secrets)));
    const findings = [...variables].flatMap((variable) => {
      const versions = new Map(
        found.flatMap(({ name, secrets }) => (secrets[variable] === undefined ? [] : [[name, secrets[variable]]])),
      );
      if (new Set(versions.values()).size <= 1) return [];
      const told = [...versions].map(([name, version]) => `${name} has ${version}`).join(', ');
      return [
        broken(check, `${variable} is not the same everywhere: ${told}`, 'Run `terraform apply`, which sets one.'),
      ];
    });
    return findings.length === 0 ? well(check, 'the same everywhere') : findings;
  });
}

/** The functions of this installation, of all in the project. */
export function functionsOf(all: readonly FunctionFacts[], names: OpsServices['names']): readonly FunctionFacts[] {
  return DEPLOYMENTS.flatMap((deployment) => named(all, names, deployment) ?? []);
}

/** Whether it has to be there: users connect their calendars themselves where the other functions open their consents. */
function isDue(deployment: Deployment, found: readonly FunctionFacts[]): boolean {
  return deployment !== 'connect-calendars' || found.some(({ secrets }) => secrets.CONNECTION_KEYS !== undefined);
}

function named(all: readonly FunctionFacts[], names: OpsServices['names'], deployment: Deployment) {
  return all.find(({ name }) => name === names.functions[deployment]);
}

/** That Pub/Sub may call the workers, and Cloud Scheduler renew-channels: their calls are signed, and IAM lets them in. */
export async function checkInvokers(services: OpsServices): Promise<readonly Finding[]> {
  const check = 'who may call the functions';
  const { installation, names } = services;
  const functions = await installation.functions();
  if (functions.kind === 'unreadable') return [unchecked(check, functions.why)];
  const all = functions.kind === 'known' ? functions.fact : [];
  const [live, upkeep, job] = await Promise.all([
    installation.subscription(names.liveSubscription),
    installation.subscription(names.upkeepSubscription),
    installation.job(names.job),
  ]);
  const callers: readonly (readonly [Deployment, string, Reading<string | null>])[] = [
    ['sync-calendar-live', 'Pub/Sub', mapped(live, ({ pushAccount }) => pushAccount)],
    ['sync-calendar-upkeep', 'Pub/Sub', mapped(upkeep, ({ pushAccount }) => pushAccount)],
    ['renew-channels', 'Cloud Scheduler', mapped(job, ({ account }) => account)],
  ];
  const findings = await Promise.all(
    callers.map(([deployment, who, account]) =>
      judgeCaller(check, services, named(all, names, deployment), who, account),
    ),
  );
  const wrong = findings.filter(({ verdict }) => verdict !== 'well');
  return wrong.length === 0 ? [well(check, 'Pub/Sub and Cloud Scheduler are let in')] : wrong;
}

async function judgeCaller(
  check: string,
  { installation }: OpsServices,
  called: FunctionFacts | undefined,
  who: string,
  account: Reading<string | null>,
): Promise<Finding> {
  // What is missing is told by the checks that look for it.
  if (called === undefined || account.kind === 'absent') return well(check, '');
  if (account.kind === 'unreadable') return unchecked(check, account.why);
  if (account.fact === null) {
    return broken(check, `${who} calls ${called.name} without an account: it is answered 403`, APPLY);
  }
  const member = `serviceAccount:${account.fact}`;
  const reading = await installation.invokers(called.region, called.name);
  if (reading.kind === 'unreadable') return unchecked(check, reading.why);
  const members = reading.kind === 'known' ? reading.fact : [];
  return members.includes(member)
    ? well(check, '')
    : broken(check, `${who} may not call ${called.name}: ${account.fact} is not among its invokers`, APPLY);
}

/** That what Google sends is signed with a key that the receiver knows. */
export async function checkChannelKey({ installation }: OpsServices): Promise<readonly Finding[]> {
  const check = 'channel key';
  const reading = await installation.notifications();
  return judged(check, reading, unchecked(check, 'Monitoring has no such metric'), ({ taken, refused }) => {
    if (refused === 0)
      return well(check, `${counted(taken, 'notification')} of the last hour, none with a wrong token`);
    const what = `${counted(refused, 'notification')} of the last hour had a wrong token, ${taken} a right one`;
    return refused > taken
      ? broken(
          check,
          `${what}: the receiver does not know the key that the channels were opened with`,
          'Put the key before back as the second of CHANNEL_TOKEN_KEYS; or: confsync channels renew --within 30d',
        )
      : warning(
          check,
          what,
          'Somebody forges them, or some channels have a key that was dropped: confsync channels list',
        );
  });
}

const KEY_REFUSED = /answered 40[13]\b/;
const LOOKED_AT = 100;

/** That the conference system takes our signature: it is the same key that refuses all, or none. */
export async function checkWebhookKey({ store }: OpsServices): Promise<readonly Finding[]> {
  const check = 'webhook key';
  const [failing, refused, cancellations] = await Promise.all([
    store.failingConferences({ after: null, limit: LOOKED_AT }),
    store.failedBindings({ after: null, limit: LOOKED_AT }),
    store.failedConferences({ after: null, limit: LOOKED_AT }),
  ]);
  const reasons = [...failing, ...refused, ...cancellations].flatMap(({ failure }) => failure?.reason ?? []);
  const byKey = reasons.filter((reason) => KEY_REFUSED.test(reason)).length;
  if (byKey === 0) return [well(check, 'nothing that is on record was refused for it')];
  return [
    broken(
      check,
      `the conference system refuses who we are (401 or 403) for ${byKey} of ${counted(reasons.length, 'change')} not taken`,
      'Compare CONFERENCE_WEBHOOK_SECRET with what its owner has. When it is mended: confsync failures retry --retrying --all',
    ),
  ];
}
