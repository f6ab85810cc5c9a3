/**
 * `npm run build`: functions/index.ts -> dist/, which is all that is deployed: one bundle, its source map, what runs it and what fills its
 * code cache in the image, a package.json and a lock file that ask for the functions framework alone, the licences of what went in, and functions.zip, the same files as the archive that
 * Terraform uploads. Beside them, and not in the archive, confsync.cjs: the program of whoever is on call, and sbom.cdx.json: the bill of materials of both.
 * `node scripts/build.ts [--include FILE]... [--entry FILE] [--out FOLDER]`; `--include` puts a module of your own beside the bundle, for
 * CONFERENCE_BACKEND=module:./FILE.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FUNCTION_NAMES } from '../shared/config/settings.ts';
import { bundleFunctions, bundleStarters, STARTERS } from './bundle-functions.ts';
import { bundleProgram } from './bundle-program.ts';
import { collectComponents, folderOf } from './collect-components.ts';
import { collectLicences } from './collect-licences.ts';
import { type LockFile, lockFramework } from './lock-framework.ts';
import { writeZip } from './write-zip.ts';

/** DESIGN's bound for the artefact. */
const BUNDLE_BYTES_MAX = 6 * 1024 * 1024;
const DEPLOYED = [
  'index.cjs',
  'index.cjs.map',
  ...STARTERS,
  'package.json',
  'package-lock.json',
  'THIRD-PARTY-LICENSES',
];

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { entry: { type: 'string' }, out: { type: 'string' }, include: { type: 'string', multiple: true } },
});
const entry = resolve(values.entry ?? join(root, 'functions/index.ts'));
const out = resolve(values.out ?? join(root, 'dist'));

/** Loads the bundle as the functions framework does, from an empty environment, and names the targets that are not there. */
function missingTargets(bundle: string): string {
  const probe = `const m = require(${JSON.stringify(bundle)});
    process.stdout.write(${JSON.stringify(FUNCTION_NAMES)}.filter((name) => typeof m[name] !== 'function').join(', '));
    process.exit(0);`;
  const run = spawnSync(process.execPath, ['-e', probe], { encoding: 'utf8', env: {}, cwd: out });
  // Node prints the offending line first, and a line of the bundle may have 100 kB.
  const readable = run.stderr.split('\n').map((line) => line.slice(0, 300));
  if (run.status !== 0) throw new Error(`the bundle does not load:\n${readable.join('\n')}`);
  return run.stdout;
}

function writeJson(name: string, content: object): void {
  writeFileSync(join(out, name), `${JSON.stringify(content, null, 2)}\n`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const [functions, program] = await Promise.all([bundleFunctions(entry, out), bundleProgram(join(out, 'confsync.cjs'))]);
await bundleStarters(out);
const inputs = [...Object.keys(functions.metafile.inputs), ...Object.keys(program.metafile.inputs)];
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const projectLock: LockFile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const archive = lockFramework(projectLock, version);
writeJson('package.json', archive.manifest);
writeJson('package-lock.json', archive.lock);
const installed = Object.keys(archive.lock.packages).filter((folder) => folder !== '');
writeJson('sbom.cdx.json', collectComponents([...inputs.flatMap(folderOf), ...installed], projectLock, version));
writeFileSync(join(out, 'THIRD-PARTY-LICENSES'), collectLicences(inputs.map((file) => resolve(root, file))));
const included = (values.include ?? []).map((file) => {
  const name = basename(file);
  if ([...DEPLOYED, 'confsync.cjs', 'sbom.cdx.json'].includes(name))
    throw new Error(`--include ${file}: ${name} is a name that the build itself uses`);
  copyFileSync(file, join(out, name));
  return name;
});
writeZip(
  join(out, 'functions.zip'),
  [...DEPLOYED, ...included].map((name) => ({ name, content: readFileSync(join(out, name)) })),
);

const bytesOf = (name: string): number => readFileSync(join(out, name)).length;
const megabytes = (name: string): string => `${(bytesOf(name) / 1024 / 1024).toFixed(2)} MB`;
process.stdout.write(
  `${out}: index.cjs ${megabytes('index.cjs')}, functions.zip ${megabytes('functions.zip')}, confsync.cjs ${megabytes('confsync.cjs')}\n`,
);
if (bytesOf('index.cjs') > BUNDLE_BYTES_MAX) throw new Error(`index.cjs is larger than ${BUNDLE_BYTES_MAX} bytes`);
const missing = missingTargets(join(out, 'start.cjs'));
if (missing !== '') throw new Error(`functions/index.ts does not register ${missing}`);
