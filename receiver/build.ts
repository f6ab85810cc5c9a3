/**
 * `npm run build` of the receiver kit: src/ -> dist/esm (file by file, with types) and dist/cjs (one file, with the same types).
 * `node build.ts [FOLDER]` puts them elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const dist = resolve(process.argv[2] ?? join(here, 'dist'));
rmSync(dist, { recursive: true, force: true });

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', here, '--outDir', join(dist, 'esm')], { encoding: 'utf8' });
if (compiled.status !== 0) throw new Error(`the receiver kit does not compile:\n${compiled.stdout}${compiled.stderr}`);

mkdirSync(join(dist, 'cjs'));
await build({
  entryPoints: [join(dist, 'esm/index.js')],
  outfile: join(dist, 'cjs/index.js'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['standardwebhooks'],
});
writeFileSync(join(dist, 'cjs/package.json'), '{"type": "commonjs"}\n');
cpSync(join(dist, 'esm'), join(dist, 'cjs'), { recursive: true, filter: (path) => !path.endsWith('.js') });
cpSync(resolve(here, '../LICENSE'), join(dist, 'LICENSE'));
