/** What a cold start loads: the artefact as `npm run build` makes it, and the same functions beside the whole of `googleapis`, unbundled. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The calendar's part of `googleapis` taken from the whole, as the package's own documentation shows it. */
const wholeClient: Plugin = {
  name: 'whole-client',
  setup(builder) {
    builder.onResolve({ filter: /^googleapis\/build\/src\/apis\/calendar/ }, () => ({
      path: 'calendar',
      namespace: 'whole',
    }));
    builder.onLoad({ filter: /.*/, namespace: 'whole' }, () => ({
      contents: `const { google } = require('googleapis');
        module.exports = { auth: google.auth, calendar: (options) => google.calendar(options) };`,
      resolveDir: ROOT,
    }));
  },
};

/** A function of the framework and nothing else, by its target. */
export const BARE_TARGET = 'bare';
const BARE = `require('@google-cloud/functions-framework').http('${BARE_TARGET}', (request, response) => response.status(204).end());`;

/** Folders that the functions framework can load. */
export interface Deployments {
  readonly artefact: string;
  /** Size of the artefact's one file of code. */
  readonly bundleBytes: number;
  /** The sources as one file; every package comes from node_modules when it runs. */
  readonly unbundled: string;
  /** A function that does nothing, which is what no function of the framework starts faster than. */
  readonly bare: string;
  remove(): Promise<void>;
}

/** Builds all below `dist/`, which no commit holds and from where packages are found. @throws Error if a build fails */
export async function buildDeployments(): Promise<Deployments> {
  await promisify(execFile)('mkdir', ['-p', join(ROOT, 'dist')]);
  const folder = await mkdtemp(join(ROOT, 'dist', 'bench-'));
  const artefact = join(folder, 'artefact');
  const unbundled = join(folder, 'unbundled');
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.ts'), '--out', artefact]);
  // As gcp-build does it in the image.
  await promisify(execFile)(process.execPath, ['fill-code-cache.cjs'], { cwd: artefact });
  await build({
    stdin: {
      contents: "require('googleapis'); require('./functions/index.ts');",
      resolveDir: ROOT,
    },
    outfile: join(unbundled, 'index.cjs'),
    bundle: true,
    packages: 'external',
    plugins: [wholeClient],
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    logLevel: 'warning',
  });
  const bare = join(folder, 'bare', 'index.cjs');
  await mkdir(join(folder, 'bare'));
  await writeFile(bare, BARE);
  return {
    artefact,
    bundleBytes: (await stat(join(artefact, 'index.cjs'))).size,
    unbundled: join(unbundled, 'index.cjs'),
    bare,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
