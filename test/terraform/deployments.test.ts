/** What test/deployed starts is what the plan deploys. */
import { writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { FUNCTION_NAMES } from '../../shared/config/settings.ts';
import { DEPLOYMENTS, DEPLOYMENTS_FILE, type Deployment } from '../deployed/deployments.ts';
import { at, entriesAt, listAt, textAt } from './read-json.ts';
import { describeWithTerraform, type Installation, makeInstallation, ofType } from './run-terraform.ts';

/** What a mocked plan cannot know. */
const UNKNOWN: Readonly<Record<string, string>> = {
  DELEGATION_SERVICE_ACCOUNT: 'act-as-users@example-project.iam.gserviceaccount.com',
  RECEIVER_URL: 'https://receive-notification.example.com',
};

function plannedBy(installation: Installation): readonly Deployment[] {
  const planned = ofType(installation, 'google_cloudfunctions2_function').map(({ values }): Deployment => {
    const service = at(values, 'service_config', 0);
    const entryPoint = textAt(values, 'build_config', 0, 'entry_point');
    const target = FUNCTION_NAMES.find((name) => name === entryPoint);
    if (target === undefined) throw new Error(`no function is called ${entryPoint}`);
    const environment = Object.fromEntries(
      entriesAt(service, 'environment_variables')
        .map(([name, value]) => [name, UNKNOWN[name] ?? String(value)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    return {
      name: textAt(values, 'name'),
      target,
      memory: textAt(service, 'available_memory'),
      concurrency: Number(at(service, 'max_instance_request_concurrency')),
      timeoutSeconds: Number(at(service, 'timeout_seconds')),
      environment,
      secrets: listAt(service, 'secret_environment_variables')
        .map((secret) => textAt(secret, 'key'))
        .sort(),
    };
  });
  return planned.sort((a, b) => (a.name < b.name ? -1 : 1));
}

describeWithTerraform('the deployments that are tested', () => {
  test('are those of the plan (WRITE_DEPLOYMENTS=1 writes the copy anew, npm run format puts it in shape)', () => {
    const planned = plannedBy(makeInstallation());
    if (process.env.WRITE_DEPLOYMENTS === '1') {
      writeFileSync(DEPLOYMENTS_FILE, `${JSON.stringify(planned, null, 2)}\n`);
      return;
    }
    expect(DEPLOYMENTS).toEqual(planned);
  }, 60_000);
});
