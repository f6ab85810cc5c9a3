/**
 * Bundles confsync into one file that Node runs as it is, so that whoever is on call needs no checkout and no node_modules. Unlike the
 * functions it runs on machines of people, whose Node may be older.
 */
import { chmodSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { type Bundle, leaveOutMessageClasses } from './bundle-functions.ts';

/** Writes the program, executable, to this absolute path. @throws esbuild's BuildFailure */
export async function bundleProgram(outfile: string): Promise<Bundle> {
  const root = resolve(import.meta.dirname, '..');
  const { metafile } = await build({
    entryPoints: [resolve(root, 'ops/confsync.ts')],
    absWorkingDir: root,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.12',
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [leaveOutMessageClasses],
  });
  chmodSync(outfile, 0o755);
  return { metafile };
}
