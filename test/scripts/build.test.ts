import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../sandbox/free-port.ts';
import type { LockFile } from '../../scripts/lock-framework.ts';

const root = resolve(import.meta.dirname, '../..');
const entry = join(import.meta.dirname, 'entry.ts');
const folder = mkdtempSync(join(tmpdir(), 'build-'));

function readJson(from: string, name: string): unknown {
  return JSON.parse(readFileSync(join(from, name), 'utf8'));
}

const { version: frameworkVersion } = readJson(root, 'node_modules/@google-cloud/functions-framework/package.json') as {
  version: string;
};

function build(from: string, name: string, ...more: readonly string[]) {
  const out = join(folder, name);
  const args = ['scripts/build.ts', '--entry', from, '--out', out, ...more];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { out, ...run };
}

describe('npm run build', () => {
  let first: ReturnType<typeof build>;
  beforeAll(() => {
    first = build(entry, 'first');
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('makes one bundle of at most 6 MB and says how large it is', () => {
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/index\.cjs \d\.\d\d MB, functions\.zip \d\.\d\d MB/);
    expect(readFileSync(join(first.out, 'index.cjs')).length).toBeLessThanOrEqual(6 * 1024 * 1024);
  });

  test('leaves nothing for the platform to install but the functions framework, and nothing to run but what fills the code cache', () => {
    const manifest = readJson(first.out, 'package.json');
    expect(manifest).toMatchObject({ main: 'start.cjs', type: 'commonjs' });
    expect(manifest).toHaveProperty('dependencies', { '@google-cloud/functions-framework': frameworkVersion });
    expect(manifest).toHaveProperty('scripts', { 'gcp-build': 'node fill-code-cache.cjs' });
    expect(readdirSync(first.out).sort()).toEqual(
      [
        ...['THIRD-PARTY-LICENSES', 'confsync.cjs', 'functions.zip', 'index.cjs', 'index.cjs.map', 'package.json'],
        ...['package-lock.json', 'sbom.cdx.json', 'start.cjs', 'fill-code-cache.cjs'],
      ].sort(),
    );
  });

  test('pins the framework and all that it needs as this project does, and nothing else', () => {
    const { packages } = readJson(first.out, 'package-lock.json') as LockFile;
    const { packages: ours } = readJson(root, 'package-lock.json') as LockFile;
    for (const [folder, pinned] of Object.entries(packages)) if (folder !== '') expect(pinned).toEqual(ours[folder]);
    const names = Object.keys(packages);
    expect(names).toContain('node_modules/express');
    expect(names).not.toContain('node_modules/googleapis');
    const asked = new Set(Object.values(packages).flatMap(({ dependencies = {} }) => Object.keys(dependencies)));
    expect(names.filter((folder) => folder !== '' && !asked.has(folder.split('node_modules/').at(-1) ?? ''))).toEqual(
      [],
    );
  });

  test('carries the licence of each package whose code went in', () => {
    const licences = readFileSync(join(first.out, 'THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['@google-cloud/firestore', '@google-cloud/pubsub', 'googleapis', '@grpc/grpc-js', 'protobufjs'])
      expect(licences).toContain(`${name} `);
  });

  test('writes a bill of materials of the packages whose licences it carries, and of those that it asks for', () => {
    const bill: {
      specVersion: string;
      components: { name: string; version: string; purl: string; hashes: unknown[] }[];
    } = JSON.parse(readFileSync(join(first.out, 'sbom.cdx.json'), 'utf8'));
    const licences = readFileSync(join(first.out, 'THIRD-PARTY-LICENSES'), 'utf8');
    expect(bill.specVersion).toBe('1.6');
    expect(bill.components.length).toBeGreaterThan(20);
    for (const { purl, hashes } of bill.components) {
      expect(purl).toMatch(/^pkg:npm\/[^@]+@\d/);
      expect(hashes).toHaveLength(1);
    }
    const { packages } = readJson(first.out, 'package-lock.json') as LockFile;
    const asked = Object.entries(packages)
      .filter(([folder]) => folder !== '')
      .map(([folder, { version }]) => `${folder.split('node_modules/').at(-1)} ${version}`);
    const carried = [...licences.matchAll(/^(\S+ \d+\.\d+\.\S+) \(/gm)].map(([, package_ = '']) => package_);
    const listed = bill.components.map(({ name, version }) => `${name} ${version}`);
    expect([...new Set(listed)].sort()).toEqual([...new Set([...asked, ...carried])].sort());
  });

  test('gives the same archive for the same sources', () => {
    const second = build(entry, 'second');
    const archive = (out: string) => readFileSync(join(out, 'functions.zip'));
    expect(archive(second.out).equals(archive(first.out))).toBe(true);
  }, 60_000);

  test('puts a module of the company beside the bundle and into the archive', () => {
    const own = join(folder, 'conference.mjs');
    writeFileSync(own, 'export default () => undefined;');
    const { out } = build(entry, 'included', '--include', own);
    expect(readdirSync(out)).toContain('conference.mjs');
    expect(readFileSync(join(out, 'functions.zip')).includes('conference.mjs')).toBe(true);
    const clash = build(entry, 'clash', '--include', join(first.out, 'index.cjs'));
    expect(clash.stderr).toContain('a name that the build itself uses');
  }, 60_000);

  test('runs under the functions framework with no node_modules beside it', async () => {
    const alone = join(folder, 'alone');
    cpSync(first.out, alone, { recursive: true });
    const port = await freePort();
    const framework = join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
    const server = spawn(process.execPath, [framework, '--target=renewChannels', `--source=${alone}`], {
      env: { PORT: String(port), GOOGLE_CLOUD_PROJECT: 'trial' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(server.stdout, 'data');
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      expect(await answer.json()).toEqual({
        topic: 'projects/trial/topics/work',
        path: 'calendars/one',
        list: 'function',
      });
    } finally {
      server.kill('SIGKILL');
      await once(server, 'close');
    }
  });

  test('fails no build of the image where no code cache can be made', () => {
    const run = spawnSync(process.execPath, ['fill-code-cache.cjs'], {
      cwd: first.out,
      encoding: 'utf8',
    });
    expect(run.stdout).toMatch(/^no code cache: Error: Cannot find module '@google-cloud\/functions-framework'/);
    expect(run.status).toBe(0);
  });

  test('refuses sources that lack one of the five functions', () => {
    const wrong = join(folder, 'partial.ts');
    writeFileSync(
      wrong,
      "import { http } from '@google-cloud/functions-framework'; http('syncCalendar', () => {}); export const renewChannels = () => {}, manageCalendars = () => {};",
    );
    const { status, stderr } = build(wrong, 'partial');
    expect(status).not.toBe(0);
    expect(stderr).toContain('does not register receiveNotification');
  });
});
