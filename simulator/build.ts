/**
 * `npm run build` of the simulator: src/ -> dist/esm (the library, the program and their shared pieces) and dist/cjs (the library in one
 * file), each with its types, and the licences of what went in. `node build.ts [FOLDER]` puts them elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { collectLicences } from '../scripts/collect-licences.ts';

const here = import.meta.dirname;
const dist = resolve(process.argv[2] ?? join(here, 'dist'));
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'cjs'), { recursive: true });

const shared: BuildOptions = {
  absWorkingDir: resolve(here, '..'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};
const library = join(here, 'src/index.ts');
const [esm] = await Promise.all([
  build({
    ...shared,
    entryPoints: [library, join(here, 'src/cli.ts')],
    outdir: join(dist, 'esm'),
    format: 'esm',
    splitting: true,
  }),
  build({ ...shared, entryPoints: [library], outfile: join(dist, 'cjs/index.js'), format: 'cjs' }),
]);
chmodSync(join(dist, 'esm/cli.js'), 0o755);

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const typed = spawnSync(process.execPath, [tsc, '-p', here, '--outDir', join(dist, 'esm')], { encoding: 'utf8' });
if (typed.status !== 0) throw new Error(`the simulator does not compile:\n${typed.stdout}${typed.stderr}`);
cpSync(join(dist, 'esm'), join(dist, 'cjs'), { recursive: true, filter: (path) => !path.endsWith('.js') });
writeFileSync(join(dist, 'cjs/package.json'), '{"type": "commonjs"}\n');

const inputs = Object.keys(esm.metafile?.inputs ?? {}).map((file) => resolve(here, '..', file));
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES'), collectLicences(inputs));
cpSync(resolve(here, '../LICENSE'), join(dist, 'LICENSE'));
