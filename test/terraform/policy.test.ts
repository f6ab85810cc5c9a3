import { beforeAll, expect, test } from '@jest/globals';
import { SETTINGS } from '../../shared/config/settings.ts';
import { ROLES_OF_OPERATORS } from '../ops/runbook/operator.ts';
import { GRANTS_OF_OPERATORS } from '../ops/runbook/pubsub-gate.ts';
import { at, entriesAt, listAt, textAt } from './read-json.ts';
import { describeWithTerraform, type Installation, makeInstallation, ofType, type Resource } from './run-terraform.ts';

const SECRETS = Object.entries(SETTINGS).flatMap(([name, { isSecret }]) => (isSecret ? [name] : []));

describeWithTerraform('what the deployment allows', () => {
  let installation: Installation;
  beforeAll(() => {
    installation = makeInstallation();
  }, 180_000);

  const grants = (): readonly Resource[] => installation.resources.filter(({ type }) => /_iam_/.test(type));
  const functions = (): readonly Resource[] => ofType(installation, 'google_cloudfunctions2_function');

  test('nobody but Google Calendar and the browsers of users calls without an identity, and each only its own function', () => {
    const open = grants().filter(({ values }) => /^all(Authenticated)?Users$/.test(textAt(values, 'member')));
    expect(open.map(({ values }) => [textAt(values, 'name'), textAt(values, 'role')])).toEqual([
      ['connect-calendars', 'roles/run.invoker'],
      ['receive-notification', 'roles/run.invoker'],
    ]);
  });

  test('no grant is primitive, and none lets anybody administer', () => {
    expect(grants().length).toBeGreaterThan(30);
    for (const { values } of grants()) {
      expect(textAt(values, 'role')).not.toMatch(/^roles\/(owner|editor|viewer)$|admin$/i);
    }
  });

  test('no grant takes away what others were granted', () => {
    expect(grants().filter(({ type }) => !type.endsWith('_iam_member'))).toEqual([]);
  });

  test('what is granted on the whole project is narrowed to what is ours, or belongs to the build', () => {
    for (const { address, values } of ofType(installation, 'google_project_iam_member')) {
      if (address.startsWith('google_project_iam_member.build')) continue;
      // Neither metrics nor scheduler jobs are resources that a condition could name: operators look at the project's, and change none.
      if (['roles/monitoring.viewer', 'roles/cloudscheduler.viewer'].includes(textAt(values, 'role'))) continue;
      expect(textAt(values, 'condition', 0, 'expression')).toMatch(/^resource\.name/);
    }
  });

  test('operators are granted what the runbook is played with, and nothing else', () => {
    const held = grants().filter(({ values }) => textAt(values, 'member') === 'group:oncall@example.com');
    const on = ({ values }: Resource): string =>
      textAt(values, 'subscription') || textAt(values, 'topic') || textAt(values, 'name') || 'project';
    const prefixless = (name: string): string => name.replace(/^.*(?=conference-sync-work)/, '');
    const told = held.map((grant) => `${textAt(grant.values, 'role')} on ${prefixless(on(grant))}`);
    expect(told.sort()).toEqual(
      [
        ...ROLES_OF_OPERATORS.map((role) => `${role} on project`),
        ...GRANTS_OF_OPERATORS.map(({ role, on }) => `${role} on ${on}`),
        'roles/run.invoker on manage-calendars',
      ].sort(),
    );
  });

  test('each deployment runs as an account of its own, which is no default one', () => {
    const accounts = functions().map(({ values }) => textAt(values, 'service_config', 0, 'service_account_email'));
    const made = ofType(installation, 'google_service_account').map(({ values }) => textAt(values, 'email'));
    expect(new Set(accounts).size).toBe(6);
    expect(made).toEqual(expect.arrayContaining(accounts));
  });

  test('every secret reaches a function as a reference to a numbered version, and in no other way', () => {
    const references = functions().flatMap(({ values }) =>
      listAt(values, 'service_config', 0, 'secret_environment_variables'),
    );
    expect(new Set(references.map((reference) => textAt(reference, 'key')))).toEqual(new Set(SECRETS));
    for (const reference of references) expect(textAt(reference, 'version')).toMatch(/^[1-9]\d*$/);
    for (const { values } of functions()) {
      const plain = entriesAt(values, 'service_config', 0, 'environment_variables').map(([name]) => name);
      expect(plain.filter((name) => SECRETS.includes(name))).toEqual([]);
    }
  });

  test('no value of a secret and no key of an account is planned', () => {
    expect(installation.planText).not.toMatch(/"secret_data":"|google_service_account_key|whsec_/);
  });

  test('who reads a secret is exactly who runs with it', () => {
    const running = functions().flatMap(({ values }) =>
      listAt(values, 'service_config', 0, 'secret_environment_variables').map((reference) => {
        const email = textAt(values, 'service_config', 0, 'service_account_email');
        return `${textAt(reference, 'secret')} ${memberOf(installation, email)}`;
      }),
    );
    const reading = ofType(installation, 'google_secret_manager_secret_iam_member').map(
      ({ values }) => `${textAt(values, 'secret_id')} ${textAt(values, 'member')}`,
    );
    expect([...new Set(reading)].sort()).toEqual([...new Set(running)].sort());
  });

  test('a dead letter stays until a person takes it, and nobody pushes it anywhere', () => {
    const topic = textAt(one(installation, 'google_pubsub_topic.dead_letters').values, 'id');
    const keeping = ofType(installation, 'google_pubsub_subscription').filter(
      ({ values }) => textAt(values, 'topic') === topic,
    );
    expect(keeping).toHaveLength(1);
    expect(listAt(keeping[0]?.values, 'push_config')).toEqual([]);
    expect(textAt(keeping[0]?.values, 'expiration_policy', 0, 'ttl')).toBe('');
    expect(textAt(keeping[0]?.values, 'message_retention_duration')).toBe('2678400s');
  });

  test('every push subscription has a net below it, and the two grants that the net needs', () => {
    const agent = 'serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com';
    const deadLetters = one(installation, 'google_pubsub_topic.dead_letters').values;
    const pushing = ofType(installation, 'google_pubsub_subscription').filter(
      ({ values }) => listAt(values, 'push_config').length > 0,
    );
    expect(pushing).toHaveLength(2);
    const roles = grants().map(({ values }) =>
      [
        textAt(values, 'role'),
        textAt(values, 'topic') || textAt(values, 'subscription'),
        textAt(values, 'member'),
      ].join(' '),
    );
    expect(roles).toContain(`roles/pubsub.publisher ${textAt(deadLetters, 'name')} ${agent}`);
    for (const { values } of pushing) {
      expect(textAt(values, 'dead_letter_policy', 0, 'dead_letter_topic')).toBe(textAt(deadLetters, 'id'));
      expect(roles).toContain(`roles/pubsub.subscriber ${textAt(values, 'name')} ${agent}`);
    }
  });

  test('what the internet need not reach, it does not reach', () => {
    const ingress = Object.fromEntries(
      functions().map(({ values }) => [
        textAt(values, 'name'),
        textAt(values, 'service_config', 0, 'ingress_settings'),
      ]),
    );
    expect(ingress).toEqual({
      'receive-notification': 'ALLOW_ALL',
      'sync-calendar-live': 'ALLOW_INTERNAL_ONLY',
      'sync-calendar-upkeep': 'ALLOW_INTERNAL_ONLY',
      'renew-channels': 'ALLOW_INTERNAL_ONLY',
      'manage-calendars': 'ALLOW_ALL',
      'connect-calendars': 'ALLOW_ALL',
    });
  });

  test('no function can run longer than the broker or the clock waits for it', () => {
    for (const { values } of functions()) {
      const name = textAt(values, 'name');
      const seconds = Number(at(values, 'service_config', 0, 'timeout_seconds'));
      expect(seconds).toBeLessThan(name.startsWith('sync-') ? 600 : 180);
    }
  });
});

function one({ resources }: Installation, address: string): Resource {
  const found = resources.find((resource) => resource.address === address);
  if (found === undefined) throw new Error(`${address} is not made`);
  return found;
}

function memberOf(installation: Installation, email: string): string {
  const account = ofType(installation, 'google_service_account').find(
    ({ values }) => textAt(values, 'email') === email,
  );
  return textAt(account?.values, 'member');
}
