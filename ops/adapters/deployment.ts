/** The deployed functions, as Cloud Functions and Cloud Run describe them. */
import { type FunctionFacts, mapped, type Reading } from '../ports.ts';
import { type CloudApi, field, listField } from './cloud-api.ts';

const INVOKER = 'roles/run.invoker';

/** See the file's head. */
export function createDeployment(api: CloudApi, projectId: string) {
  const project = encodeURIComponent(projectId);
  return {
    /** One page is enough for a project: https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/list */
    async functions(): Promise<Reading<readonly FunctionFacts[]>> {
      const list = `https://cloudfunctions.googleapis.com/v2/projects/${project}/locations/-/functions?pageSize=1000`;
      return mapped(await api.get(list), (json) => listField(json, 'functions').map(functionFacts));
    },

    async invokers(region: string, name: string): Promise<Reading<readonly string[]>> {
      const service = `projects/${project}/locations/${encodeURIComponent(region)}/services/${encodeURIComponent(name)}`;
      const policy = await api.get(`https://run.googleapis.com/v2/${service}:getIamPolicy`);
      return mapped(policy, (json) =>
        listField(json, 'bindings')
          .filter((binding) => field(binding, 'role') === INVOKER)
          .flatMap((binding) => listField(binding, 'members').map(String)),
      );
    },
  };
}

function functionFacts(json: unknown): FunctionFacts {
  // projects/P/locations/REGION/functions/NAME
  const [, , , region = '', , name = ''] = String(field(json, 'name')).split('/');
  const storage = field(json, 'buildConfig', 'source', 'storageSource');
  const updatedAt = Date.parse(String(field(json, 'updateTime')));
  return {
    name,
    region,
    state: String(field(json, 'state')),
    source: String(field(storage, 'object')),
    updatedAt: Number.isNaN(updatedAt) ? null : updatedAt,
    secrets: Object.fromEntries(
      listField(json, 'serviceConfig', 'secretEnvironmentVariables').map((secret) => [
        String(field(secret, 'key')),
        `${String(field(secret, 'secret'))}/${String(field(secret, 'version'))}`,
      ]),
    ),
  };
}
