import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { entriesAt } from './read-json.ts';
import { ROOT } from './run-terraform.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const variablesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.startsWith('variables'))
    .flatMap((name) => [...read(join(folder, name)).matchAll(/^variable "(\w+)"/gm)])
    .map(([, name = '']) => name);

describe('docs/deploy.md', () => {
  const page = read('docs/deploy.md');

  test('counts the settings that have to be given', () => {
    const variables = read('terraform/examples/complete/variables.tf')
      .split(/^variable /m)
      .slice(1);
    const given = variables.filter((variable) => !/^ {2}default /m.test(variable)).length;
    expect(page).toContain(`# 3. Your settings. ${['Four', 'Five', 'Six', 'Seven'][given - 4]} have no default;`);
  });

  test('tells to set only what the example takes', () => {
    const taken = variablesOf('terraform/examples/complete');
    const ofModule = variablesOf('terraform');
    // What goes into the module block itself has a section of its own.
    const platform = page.slice(
      page.indexOf("## What a company's platform may ask for"),
      page.indexOf('## The pipeline'),
    );
    expect(platform.length).toBeGreaterThan(1_000);
    const told = [...page.replace(platform, '').matchAll(/(?:`|# )(\w+)(?:\.\w+| = )/g)].map(([, name = '']) => name);
    const settings = told.filter((name) => ofModule.includes(name));
    expect(settings.length).toBeGreaterThan(5);
    expect(settings.filter((name) => !taken.includes(name))).toEqual([]);
  });

  test('asks Terraform only for outputs that the example has', () => {
    const outputs = [...read('terraform/examples/complete/outputs.tf').matchAll(/^output "(\w+)"/gm)].map(
      ([, name]) => name,
    );
    const asked = [...page.matchAll(/terraform output (?:-json )?(\w+)/g)].map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((name) => !outputs.includes(name))).toEqual([]);
  });

  test('has every API enabled that the module enables, and those that Terraform itself needs', () => {
    const listed = (text: string): string[] => [...text.matchAll(/[a-z-]+\.googleapis\.com/g)].map(([name]) => name);
    const main = read('terraform/main.tf');
    const enabled = listed(
      page.slice(page.indexOf('gcloud services enable'), page.indexOf('gcloud storage buckets create')),
    );
    const needed = listed(main.slice(main.indexOf('services = toset'), main.indexOf(']')));
    expect(needed.length).toBeGreaterThan(10);
    expect([...enabled].sort()).toEqual(
      [...needed, 'cloudresourcemanager.googleapis.com', 'serviceusage.googleapis.com'].sort(),
    );
  });

  test('shows shell commands that a shell can read', () => {
    for (const [, commands = ''] of page.matchAll(/```sh\n([\s\S]*?)```/g)) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: commands, encoding: 'utf8' });
      expect([commands, status, stderr]).toEqual([commands, 0, '']);
    }
  });
});

describe('cloudbuild.yaml', () => {
  const build = read('cloudbuild.yaml');
  const steps = build
    .slice(build.indexOf('\nsteps:'))
    .split(/^ {2}- id: /m)
    .slice(1);
  const scripts = steps.map((step) => (step.split('script: |\n')[1] ?? '').replaceAll(/^ {6}/gm, ''));

  test('goes from install to smoke test in this order', () => {
    expect(steps.map((step) => step.split('\n')[0])).toEqual([
      'install',
      'check',
      'terraform',
      'test',
      'build',
      'check-terraform',
      'fetch-settings',
      'plan',
      'keep-plan',
      'apply',
      'smoke-test',
      'await-a-tick',
    ]);
  });

  test('has scripts that a shell can read and that use no substitution, which Cloud Build does not make in them', () => {
    for (const script of scripts) {
      expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).status).toBe(0);
      expect(script).not.toMatch(/\$\{?(_[A-Z]|COMMIT_SHA|PROJECT_ID)/);
    }
  });

  test('runs npm scripts that exist', () => {
    const manifest: unknown = JSON.parse(read('package.json'));
    const known = entriesAt(manifest, 'scripts').map(([name]) => name);
    const asked = [...scripts.join('\n').matchAll(/npm (?:run )?(\w+)/g)].map(([, name]) => name);
    expect(asked.filter((name) => name !== 'ci' && !known.includes(name ?? ''))).toEqual([]);
  });

  test('declares every substitution that it uses, and takes no image from where pulls are limited', () => {
    const used = [...build.matchAll(/\$\{(_[A-Z_]+)\}/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !build.includes(`\n  ${name}: `))).toEqual([]);
    const images = steps.map((step) => step.match(/name: (\S+)/)?.[1] ?? '');
    expect(images.filter((image) => !/^(mirror\.)?gcr\.io\//.test(image))).toEqual([]);
  });

  test('applies a plan with the providers that made it', () => {
    expect(build).toContain('gcloud storage cp "$ROOT/.terraform.lock.hcl" "$PLANS/terraform.lock.hcl"');
    expect(build).toContain('gcloud storage cp "$PLANS/terraform.lock.hcl" "$ROOT/.terraform.lock.hcl"');
  });

  test('awaits a tick of the revision that was just deployed', () => {
    const filter = scripts.at(-1) ?? '';
    for (const label of ['location=\\"$REGION', 'service_name=\\"$service', 'revision_name=\\"$revision']) {
      expect(filter).toContain(`resource.labels.${label}\\"`);
    }
  });

  test('applies nothing but in a build that was approved', () => {
    const applying = scripts.filter((script) => /terraform .*\bapply\b/.test(script));
    expect(applying.length).toBe(1);
    for (const script of applying)
      expect(script).toMatch(/\[ "\$ACTION" = apply \] \|\| exit 0[\s\S]*apply approved\.tfplan/);
  });
});
