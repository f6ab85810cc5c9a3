/** The doctor on the queue: topic, subscriptions, push endpoints, dead letters. */
import type { Lane } from '../../shared/domain/notification/work-message.ts';
import { lengthText } from '../cli/times.ts';
import type { OpsServices, SubscriptionFacts } from '../ports.ts';
import { APPLY, broken, type Finding, judged, unchecked, warning, well } from './finding.ts';

/** Pub/Sub's own account, which hands dead letters on: https://docs.cloud.google.com/pubsub/docs/dead-letter-topics#grant_forwarding_permissions */
const AGENT = /^serviceAccount:service-\d+@gcp-sa-pubsub\.iam\.gserviceaccount\.com$/;
/** Pushes of an emulator carry no identity. */
const ANSWERING_EMULATED = 405;

export async function checkTopic({ installation, names }: OpsServices): Promise<readonly Finding[]> {
  const check = `topic ${names.workTopic}`;
  const reading = await installation.topic(names.workTopic);
  return judged(
    check,
    reading,
    broken(check, 'it does not exist: every notification is answered 503', `${APPLY} Or WORK_TOPIC names another one.`),
    ({ retentionMs }) =>
      retentionMs === null
        ? warning(
            check,
            'it retains nothing: `confsync replay` finds no messages',
            'Give it a message retention (redelivery.retention_days of the module).',
          )
        : well(check, `exists, retains ${lengthText(retentionMs)}`),
  );
}

export async function checkLane({ installation, names }: OpsServices, lane: Lane): Promise<readonly Finding[]> {
  const name = lane === 'live' ? names.liveSubscription : names.upkeepSubscription;
  const check = `subscription ${name}`;
  const reading = await installation.subscription(name);
  const whenAbsent = broken(check, `it does not exist: nothing of the ${lane} lane is worked on`, APPLY);
  const findings = judged(check, reading, whenAbsent, (facts) => judgeLane(check, facts, lane, names.workTopic));
  if (reading.kind !== 'known' || reading.fact.pushEndpoint === null) return findings;
  return [...findings, await checkEndpoint(installation, names.emulators !== null, lane, reading.fact.pushEndpoint)];
}

function judgeLane(check: string, facts: SubscriptionFacts, lane: Lane, topic: string): readonly Finding[] {
  const findings: Finding[] = [];
  if (facts.topic !== topic) findings.push(broken(check, `it hangs on topic ${facts.topic}, not on ${topic}`, APPLY));
  if (!new RegExp(`attributes\\.lane\\s*=\\s*"${lane}"`).test(facts.filter)) {
    findings.push(
      broken(
        check,
        `its filter is ${JSON.stringify(facts.filter)}: it does not take the ${lane} lane alone`,
        `A filter cannot be changed: delete the subscription, then ${APPLY.toLowerCase()}`,
      ),
    );
  }
  if (facts.pushEndpoint === null) findings.push(broken(check, 'it pushes nowhere: messages pile up', APPLY));
  if (facts.isExpiring)
    findings.push(
      warning(check, 'it is deleted by itself when it was idle for a while', 'Set its expiration to never.'),
    );
  if (facts.ackDeadlineMs < 600_000) {
    findings.push(
      warning(
        check,
        `it sends a message again after ${lengthText(facts.ackDeadlineMs)}, while the worker may still be at it`,
        'Set its acknowledgement deadline to 600 s.',
      ),
    );
  }
  return findings.length === 0 ? [well(check, `pushes to ${facts.pushEndpoint}`)] : findings;
}

async function checkEndpoint(
  installation: OpsServices['installation'],
  isEmulated: boolean,
  lane: Lane,
  address: string,
): Promise<Finding> {
  const check = `push endpoint of the ${lane} lane`;
  const status = await installation.statusOf(address);
  if (status.kind !== 'known') {
    return broken(
      check,
      `${address} cannot be reached${status.kind === 'unreadable' ? `: ${status.why}` : ''}`,
      'Is the worker deployed and running? See its logs.',
    );
  }
  // In the cloud it is closed to us: 401, 403, or 404 from outside its network. All of these say that it is there.
  const isThere = isEmulated ? status.fact === ANSWERING_EMULATED : status.fact < 500;
  if (isThere) return well(check, `${address} answers`);
  return isEmulated
    ? broken(
        check,
        `${address} answers ${status.fact}, which the worker does not`,
        'What runs there? Start the sandbox again.',
      )
    : broken(
        check,
        `${address} answers ${status.fact}`,
        'See the logs of the worker; redeploy the version before if it is new.',
      );
}

/** Whether messages that nobody can work on are kept. */
export async function checkDeadLetters({ installation, names }: OpsServices): Promise<readonly Finding[]> {
  const check = `dead letters on ${names.deadLetterTopic}`;
  const [topic, kept] = await Promise.all([
    installation.topic(names.deadLetterTopic),
    installation.subscription(names.deadLetterSubscription),
  ]);
  if (topic.kind === 'absent') {
    return [
      broken(
        check,
        'the topic does not exist: what cannot be worked on comes back for ever',
        `${APPLY} Or DEAD_LETTER_TOPIC names another one.`,
      ),
    ];
  }
  const whenAbsent = broken(
    check,
    `subscription ${names.deadLetterSubscription} does not exist: every dead letter is lost`,
    APPLY,
  );
  return judged(check, kept, whenAbsent, ({ topic: from, pushEndpoint, isExpiring }) => {
    if (from !== names.deadLetterTopic) return broken(check, `its subscription hangs on ${from}`, APPLY);
    if (pushEndpoint !== null)
      return broken(check, 'its subscription pushes letters away before a person can see them', APPLY);
    if (isExpiring)
      return warning(
        check,
        'its subscription is deleted by itself after idle weeks, and letters are lost from then on',
        'Set its expiration to never.',
      );
    return well(check, 'are kept');
  });
}

/** Whether Pub/Sub itself may hand on what its workers never acknowledge. */
export async function checkForwarding({ installation, names }: OpsServices): Promise<readonly Finding[]> {
  const check = 'dead-letter forwarding';
  const lanes = [names.liveSubscription, names.upkeepSubscription];
  const subscriptions = await Promise.all(lanes.map((name) => installation.subscription(name)));
  const findings: Finding[] = [];
  for (const [index, reading] of subscriptions.entries()) {
    const name = lanes[index] ?? '';
    if (reading.kind !== 'known') continue;
    if (reading.fact.deadLetterTopic !== names.deadLetterTopic) {
      findings.push(
        broken(
          check,
          `${name} has no dead-letter policy towards ${names.deadLetterTopic}: a message that kills its worker comes back for ever`,
          APPLY,
        ),
      );
      continue;
    }
    findings.push(
      ...holding(
        await installation.holders('subscriptions', name, 'roles/pubsub.subscriber'),
        `take messages from ${name}`,
      ),
    );
  }
  findings.push(
    ...holding(
      await installation.holders('topics', names.deadLetterTopic, 'roles/pubsub.publisher'),
      `publish to ${names.deadLetterTopic}`,
    ),
  );
  const wrong = findings.filter(({ verdict }) => verdict !== 'well');
  const blind = wrong.find(({ verdict }) => verdict === 'unchecked');
  if (blind !== undefined && wrong.every(({ verdict }) => verdict === 'unchecked')) return [blind];
  return wrong.length === 0
    ? [well(check, 'Pub/Sub may hand messages on')]
    : wrong.filter(({ verdict }) => verdict !== 'unchecked');

  function holding(reading: Awaited<ReturnType<typeof installation.holders>>, may: string): readonly Finding[] {
    if (reading.kind === 'unreadable') return [unchecked(check, reading.why)];
    const members = reading.kind === 'known' ? reading.fact : [];
    return members.some((member) => AGENT.test(member))
      ? [well(check, may)]
      : [
          broken(
            check,
            `Pub/Sub's own account may not ${may}: a message that kills its worker comes back for ever`,
            APPLY,
          ),
        ];
  }
}
