/** The manifest, the configuration and the sources of the add-on say the same, and what Google's manifest asks for. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { troubleOfPrefix } from '../../sandbox/apps-script/url-allowlist.ts';
import { portsFrom, sandboxConfig } from '../../sandbox/sandbox-config.ts';
import { MANIFEST, manifestOf, solutionNamesOf, troublesOf } from '../../scripts/make-add-on-manifest.ts';
import { CONFIG, PROJECT } from './add-on-world.ts';
import { MANIFEST_SCHEMA } from './manifest-schema.ts';

const { manifest, files } = PROJECT;
const sources = files.map(({ text }) => text).join('\n');

test('the manifest is the one that npm run add-on-manifest writes', () => {
  expect(readFileSync(MANIFEST, 'utf8')).toBe(`${JSON.stringify(manifestOf(CONFIG), null, 2)}\n`);
  expect(troublesOf(CONFIG)).toEqual([]);
});

const FROM_SCRIPT = {
  manageUrl: 'https://manage-calendars-abc123-ew.a.run.app',
  caller: 'a@b.iam.gserviceaccount.com',
};

test('the manifest has the form that Google documents, whatever is configured', () => {
  const isManifest = new Ajv({ allErrors: true }).compile(MANIFEST_SCHEMA);
  for (const config of [CONFIG, { ...CONFIG, announceFromScript: FROM_SCRIPT, hasRecipeTriggers: true }]) {
    isManifest(manifestOf(config));
    expect(isManifest.errors).toBeNull();
  }
  for (const broken of [
    { ...manifest, addons: {} },
    { ...manifest, runtimeVersion: 'v8' },
    { ...manifest, urlFetchWhitelist: ['https://conferences.example.com'] },
    manifestOf({ ...CONFIG, solutions: [] }),
    manifestOf({ ...CONFIG, solutions: [{ id: 'a', name: 'A', onCreateFunction: 'create conference' }] }),
    manifestOf({ ...CONFIG, logoUrl: 'logo.png' }),
  ])
    expect(isManifest(broken)).toBe(false);
});

test('the service takes the conferences of these solutions for its own', () => {
  const { solutionNames } = sandboxConfig(portsFrom(8080), {}, false).policy.matchers;
  expect([...solutionNames]).toEqual(solutionNamesOf(CONFIG).split(','));
});

test('every function that the manifest or a state token names is there', () => {
  const { createSettingsUrlFunction, conferenceSolution } = manifest.addOns.calendar;
  const named = [createSettingsUrlFunction, ...conferenceSolution.map(({ onCreateFunction }) => onCreateFunction)];
  const byToken = [...sources.matchAll(/withMethod\('(\w+)'\)/g)].map(([, name]) => name);
  for (const name of [...named, ...byToken]) expect(sources).toMatch(new RegExp(`^function ${name}\\(`, 'm'));
});

test('each function makes the conference of the solution that names it', () => {
  for (const { id, onCreateFunction } of CONFIG.solutions) {
    expect(sources).toMatch(
      new RegExp(`function ${onCreateFunction}\\(arg\\) \\{\\s+return createConference\\(arg, '${id}'\\)`),
    );
  }
});

test('every address that may be fetched has the form that Google asks for', () => {
  expect(manifest.urlFetchWhitelist.map(troubleOfPrefix)).toEqual([undefined]);
  const { urlFetchWhitelist, oauthScopes } = manifestOf({ ...CONFIG, announceFromScript: FROM_SCRIPT });
  expect(urlFetchWhitelist.map(troubleOfPrefix)).toEqual([undefined, undefined, undefined]);
  expect(oauthScopes).toContain('https://www.googleapis.com/auth/cloud-platform');
});

test.each([
  [{ serverUrl: 'http://conferences.example.com/' }, 'serverUrl must begin with https://'],
  [{ serverUrl: 'https://conferences.example.com/add-on' }, 'end in a slash'],
  [{ solutions: [] }, 'one conference at least'],
  [{ solutions: [...CONFIG.solutions, ...CONFIG.solutions] }, 'has an id twice'],
  [{ solutions: [{ id: 'a', name: 'Meet, greet', onCreateFunction: 'f' }] }, 'has a comma'],
  [{ solutions: [{ id: 'a', name: 'Meet', onCreateFunction: 'create meet' }] }, 'no name of a function'],
  [{ logoUrl: 'logo.png' }, 'logoUrl must be'],
  [{ announceFromScript: { manageUrl: 'https://m.run.app/', caller: 'c' } }, 'without a slash at its end'],
])('a configuration that cannot work is refused: %j', (change, said) => {
  expect(troublesOf({ ...CONFIG, ...change }).join()).toContain(said);
});

test('no two files of the add-on declare the same name, since they share one scope', () => {
  const names = [...sources.matchAll(/^(?:function|const|class) (\w+)/gm)].map(([, name]) => name);
  expect(names).toEqual([...new Set(names)]);
});
