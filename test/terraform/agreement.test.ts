import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Timestamp } from '@google-cloud/firestore';
import { beforeAll, expect, test } from '@jest/globals';
import { BODY_MS_MAX } from '../../functions/gate.ts';
import { REMOVAL_MS } from '../../functions/manage/operation.ts';
import { ALERT_CONDITIONS, DEPLOYMENTS } from '../../scripts/fleet-model.ts';
import { COMPOSITE_INDEXES, SINGLE_FIELD_INDEXES, TTL_FIELDS } from '../../shared/adapters/firestore/indexes.ts';
import {
  bindingFields,
  calendarFields,
  conferenceFields,
  connectionFields,
  ticketFields,
} from '../../shared/adapters/firestore/write-record.ts';
import { FUNCTION_NAMES, type FunctionName, SETTINGS } from '../../shared/config/settings.ts';
import { connected, fullBinding, fullCalendar, fullConference, NOW } from '../adapters/store/sample-records.ts';
import { at, entriesAt, listAt, textAt } from './read-json.ts';
import { refusalAtStart } from './refusal-at-start.ts';
import { describeWithTerraform, type Installation, makeInstallation, ofType, ROOT } from './run-terraform.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What a function starts with. */
interface Deployment {
  readonly name: string;
  readonly target: FunctionName;
  readonly environment: ReadonlyMap<string, string>;
  readonly secrets: readonly string[];
}

function deploymentsOf(installation: Installation): readonly Deployment[] {
  return ofType(installation, 'google_cloudfunctions2_function').map(({ values }) => {
    const entryPoint = textAt(values, 'build_config', 0, 'entry_point');
    const target = FUNCTION_NAMES.find((name) => name === entryPoint);
    if (target === undefined) throw new Error(`no function is called ${entryPoint}`);
    return {
      name: textAt(values, 'name'),
      target,
      environment: new Map(
        entriesAt(values, 'service_config', 0, 'environment_variables').map(([name, value]) => [name, String(value)]),
      ),
      secrets: listAt(values, 'service_config', 0, 'secret_environment_variables').map((secret) =>
        textAt(secret, 'key'),
      ),
    };
  });
}

/** Of an amount such as `512Mi` or `1Gi`. */
function gibOf(memory: string): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(memory) ?? [];
  if (amount === undefined) throw new Error(`unknown amount of memory ${memory}`);
  return Number(amount) / (unit === 'Mi' ? 1_024 : 1);
}

describeWithTerraform('the deployment and the code', () => {
  let installation: Installation;
  beforeAll(() => {
    installation = makeInstallation();
  }, 180_000);

  test('every function of the code is deployed', () => {
    expect(new Set(deploymentsOf(installation).map(({ target }) => target))).toEqual(new Set(FUNCTION_NAMES));
  });

  test('no variable is set that neither the configuration nor Node knows', () => {
    for (const { environment, secrets } of deploymentsOf(installation)) {
      const unknown = [...environment.keys(), ...secrets].filter((name) => !(name in SETTINGS));
      expect(unknown.filter((name) => name !== 'NODE_OPTIONS')).toEqual([]);
    }
  });

  test('each function starts with what it is given', () => {
    const made = ofType(installation, 'google_cloudfunctions2_function');
    expect(made.map(({ values }) => refusalAtStart(values))).toEqual(made.map(() => undefined));
  });

  test('each function is given the secrets that it cannot do without, and no other', () => {
    for (const { name, target, secrets } of deploymentsOf(installation)) {
      const needed = Object.entries(SETTINGS).flatMap(([secret, { isSecret, neededBy }]) =>
        isSecret && neededBy.some((other) => other === target) ? [secret] : [],
      );
      // Only who talks to the conference system can sign for it; the table cannot say so, because a module needs no secret.
      if (target === 'syncCalendar') needed.push('CONFERENCE_WEBHOOK_SECRET');
      // Nor that users act by their own consent here, for which all but the receiver need both.
      if (target !== 'receiveNotification') needed.push('OAUTH_CLIENT_SECRET', 'CONNECTION_KEYS');
      expect([name, [...secrets].sort()]).toEqual([name, [...new Set(needed)].sort()]);
    }
  });

  test('the indexes are those that the queries need', () => {
    const made = ofType(installation, 'google_firestore_index').map(({ values }) => ({
      collectionGroup: textAt(values, 'collection'),
      queryScope: textAt(values, 'query_scope'),
      fields: listAt(values, 'fields').map((field) => ({
        fieldPath: textAt(field, 'field_path'),
        order: textAt(field, 'order'),
      })),
    }));
    const byText = (list: readonly unknown[]): string[] => list.map((index) => JSON.stringify(index)).sort();
    expect(byText(made)).toEqual(byText(COMPOSITE_INDEXES));
  });

  test('what expires has a TTL policy, and nothing else has', () => {
    const expiring = ofType(installation, 'google_firestore_field')
      .filter(({ values }) => listAt(values, 'ttl_config').length > 0)
      .map(({ values }) => ({ collectionGroup: textAt(values, 'collection'), fieldPath: textAt(values, 'field') }));
    expect(new Set(expiring)).toEqual(new Set(TTL_FIELDS));
  });

  test('no field is exempt from indexing that a query reads through its own index', () => {
    const exempt = exemptFields(installation);
    const used = SINGLE_FIELD_INDEXES.map(({ collectionGroup, fieldPath }) => `${collectionGroup}/${fieldPath}`);
    expect(used.filter((field) => exempt.includes(field))).toEqual([]);
  });

  test('whatever grows with the clock is exempt from indexing', () => {
    const growing = Object.entries({
      calendars: calendarFields(fullCalendar('a')),
      bindings: bindingFields(fullBinding('a', 'e', 'c')),
      conferences: conferenceFields(fullConference('c')),
      connections: connectionFields(connected('a')),
      tickets: ticketFields({ id: 'ticket', sealed: 'v1.a.b', expireAt: NOW }),
    }).flatMap(([collection, fields]) =>
      Object.entries(fields).flatMap(([name, value]) => (hasTime(value) ? [`${collection}/${name}`] : [])),
    );
    expect(growing.length).toBeGreaterThan(30);
    const exempt = exemptFields(installation);
    expect(growing.filter((field) => !exempt.includes(field))).toEqual([]);
  });

  test('full syncs at once are bounded by the size of the upkeep worker, which the paper model names', () => {
    const upkeep = ofType(installation, 'google_cloudfunctions2_function').find(({ values }) =>
      textAt(values, 'name').endsWith('sync-calendar-upkeep'),
    );
    const instances = Number(at(upkeep?.values, 'service_config', 0, 'max_instance_count'));
    const concurrency = Number(at(upkeep?.values, 'service_config', 0, 'max_instance_request_concurrency'));
    expect(instances * concurrency).toBeGreaterThan(0);
    const model = read('docs/scale.md').replaceAll('\n', ' ');
    expect(model).toContain(`${instances} instances of ${concurrency}, ${instances * concurrency} full syncs`);
  });

  test('a request that removes has half a minute for what it began in its time, before the platform cuts it off', () => {
    const manage = ofType(installation, 'google_cloudfunctions2_function').find(({ values }) =>
      textAt(values, 'name').endsWith('manage-calendars'),
    );
    const timeoutMs = Number(at(manage?.values, 'service_config', 0, 'timeout_seconds')) * 1_000;
    expect(timeoutMs).toBeGreaterThanOrEqual(REMOVAL_MS + 30_000);
  });

  test('every metric counts a line that the code logs, by fields that the line has', () => {
    const lines = readLogLines();
    const metrics = ofType(installation, 'google_logging_metric');
    expect(metrics.length).toBeGreaterThan(15);
    for (const { address, values } of metrics) {
      const filter = textAt(values, 'filter');
      const line = filter.match(/jsonPayload\.line="([^"]+)"/)?.[1] ?? '';
      const extracted = [...JSON.stringify(values).matchAll(/jsonPayload\.([\w.]+)/g)].map(([, field = '']) => field);
      const known = lines.get(line) ?? [];
      const unknown = extracted.filter((field) => field !== 'line' && !known.includes(field));
      expect([address, line, unknown]).toEqual([address, line, []]);
      expect(lines.has(line)).toBe(true);
    }
  });

  test('a word that a metric or an alert looks for is one that the code says', () => {
    const domain = ['log-line', 'state/records', 'delivery/change', 'notification/work-message']
      .map((name) => read(`shared/domain/${name}.ts`))
      .join('');
    const queries = [
      ...ofType(installation, 'google_monitoring_alert_policy'),
      ...ofType(installation, 'google_logging_metric'),
    ];
    const words = queries.flatMap(({ values }) =>
      [...JSON.stringify(values).matchAll(/(?:outcome|cause|status|type)!?=\\"([a-z._-]+)\\"/g)].map(
        ([, word = '']) => word,
      ),
    );
    const said = words.filter((word) => word !== 'cloud_run_revision');
    expect(said.length).toBeGreaterThan(5);
    expect(said.filter((word) => !domain.includes(`'${word}'`))).toEqual([]);
  });

  test('every query of an alert or a chart asks for a metric that is made, with labels that it has', () => {
    const metrics = new Map(
      ofType(installation, 'google_logging_metric').map(({ values }) => [
        textAt(values, 'name'),
        listAt(values, 'metric_descriptor', 0, 'labels').map((label) => textAt(label, 'key')),
      ]),
    );
    const asked = ['google_monitoring_alert_policy', 'google_monitoring_dashboard', 'google_monitoring_slo']
      .flatMap((type) => ofType(installation, type))
      .map(({ values }) => JSON.stringify(values).replaceAll('\\', ''))
      .join('\n');
    const uses = [
      ...asked.matchAll(/(?:com:user_|googleapis\.com\/user\/)(\w+?)(?:_bucket|_sum|_count)?(?:\{([^}]*)\}|")/g),
    ];
    expect(uses.length).toBeGreaterThan(30);
    for (const [, name = '', selector = ''] of uses) {
      const labels = [...selector.matchAll(/(\w+)(?:=~|!=|=)"/g)].map(([, label = '']) => label);
      const known = [...(metrics.get(name) ?? []), 'monitored_resource', 'le'];
      expect([name, metrics.has(name), labels.filter((label) => !known.includes(label))]).toEqual([name, true, []]);
    }
  });

  test('the model of what it costs has the deployments and the alerts that there are', () => {
    const conditions = ofType(installation, 'google_monitoring_alert_policy').flatMap(({ values }) =>
      listAt(values, 'conditions'),
    );
    expect(ALERT_CONDITIONS).toBe(conditions.length);
    const made = ofType(installation, 'google_cloudfunctions2_function').map(({ values }) => {
      const size = at(values, 'service_config', 0);
      const gib = gibOf(textAt(size, 'available_memory'));
      const concurrency = at(size, 'max_instance_request_concurrency');
      return [textAt(values, 'name'), { cpu: Number(textAt(size, 'available_cpu')), gib, concurrency }] as const;
    });
    expect(Object.fromEntries(made)).toMatchObject(DEPLOYMENTS);
  });

  test('the runbook says how long a message waits for a database before it is a dead letter', () => {
    const lanes = ofType(installation, 'google_pubsub_subscription').filter(
      ({ values }) => listAt(values, 'dead_letter_policy').length > 0,
    );
    expect(lanes.length).toBe(2);
    for (const { values } of lanes) {
      const attempts = Number(at(values, 'dead_letter_policy', 0, 'max_delivery_attempts'));
      const longest = Number.parseInt(textAt(values, 'retry_policy', 0, 'maximum_backoff'), 10);
      let backoff = Number.parseInt(textAt(values, 'retry_policy', 0, 'minimum_backoff'), 10);
      let seconds = 0;
      // The last of the deliveries is followed by no wait.
      for (let attempt = 1; attempt < attempts; attempt++, backoff *= 2) seconds += Math.min(backoff, longest);
      const runbook = read('docs/runbook.md');
      const told = Array.from(runbook.matchAll(/out of reach for (?:more than )?(\d+) hours/g), ([, hours]) =>
        Number(hours),
      );
      expect(told.length).toBe(3);
      expect(new Set(told)).toEqual(new Set([Math.floor(seconds / 3_600)]));
      expect(runbook).toContain(`\`not acknowledged in ${attempts} deliveries\``);
    }
  });

  test('each line of the log that has an answer of the conference system is counted', () => {
    const lines = [
      ...read('shared/domain/log-line.ts').matchAll(
        /readonly line: '([\w-]+)';(?:(?!readonly line:).)*?readonly outcome: Outcome\['kind'\]/gs,
      ),
    ];
    const answered = lines.map(([, line = '']) => line);
    expect(answered).toEqual(expect.arrayContaining(['delivery', 'notice']));
    const filters = ofType(installation, 'google_logging_metric').map(({ values }) => textAt(values, 'filter'));
    const isCounted = (line: string): boolean =>
      filters.some((filter) => filter.includes(`jsonPayload.line="${line}"`));
    expect(answered.filter((line) => !isCounted(line))).toEqual([]);
  });

  test('no page takes more instances of renew-channels for a remedy: Cloud Scheduler begins no run before the last one has ended', () => {
    for (const page of ['docs/runbook.md', 'docs/scale.md', 'docs/deploy.md']) {
      expect(read(page)).not.toContain('renew_channels.max_instances');
    }
  });

  test('a slow body is refused before Cloud Run would end its request, with a 5xx that counts as ours', () => {
    const timeouts = ofType(installation, 'google_cloudfunctions2_function').map(({ values }) =>
      Number(at(values, 'service_config', 0, 'timeout_seconds')),
    );
    expect(BODY_MS_MAX).toBeLessThan(1_000 * Math.min(...timeouts));
  });

  test('each alert leads to its own section of the runbook', () => {
    const alerts = ofType(installation, 'google_monitoring_alert_policy');
    expect(alerts.length).toBeGreaterThan(6);
    const runbook = existsSync(join(ROOT, 'docs/runbook.md')) ? read('docs/runbook.md') : undefined;
    for (const { values } of alerts) {
      const name = textAt(values, 'conditions', 0, 'display_name');
      expect(textAt(values, 'documentation', 0, 'links', 0, 'url')).toBe(
        `https://git.example.com/docs/runbook.md#${name}`,
      );
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      if (runbook !== undefined) expect(anchorsOf(runbook)).toContain(name);
    }
  });
});

/** Whether the value of a field, or anything in it, is about as large as the time of the samples. */
function hasTime(value: unknown): boolean {
  if (value instanceof Timestamp) return true;
  if (typeof value === 'number') return value > NOW / 2;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasTime);
}

function exemptFields(installation: Installation): readonly string[] {
  return ofType(installation, 'google_firestore_field')
    .filter(
      ({ values }) =>
        listAt(values, 'index_config').length > 0 && listAt(values, 'index_config', 0, 'indexes').length === 0,
    )
    .map(({ values }) => `${textAt(values, 'collection')}/${textAt(values, 'field')}`);
}

/** The fields of each line, from the type that the code is checked against. */
function readLogLines(): ReadonlyMap<string, readonly string[]> {
  const source = read('shared/domain/log-line.ts');
  const counts = fieldsOf(source.match(/interface SyncCounts \{([\s\S]*?)\n\}/)?.[1] ?? '').map(
    (name) => `counts.${name}`,
  );
  const union = source.slice(source.indexOf('export type LogLine'));
  const lines = [...union.matchAll(/\{([^{}]*?readonly line: '([a-z-]+)'[^{}]*)\}/g)];
  return new Map(lines.map(([, body = '', name = '']) => [name, [...fieldsOf(body), ...counts]]));
}

function fieldsOf(body: string): string[] {
  return [...body.matchAll(/readonly (\w+)\??:/g)].map(([, name = '']) => name);
}

/** Anchors of headings, as git hosts make them. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
