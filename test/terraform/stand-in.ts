/**
 * Where the google provider cannot be had, a stand-in may take its place: a folder with `run.mjs DIR COMMAND`, which has the provider's
 * schemas and the rules that the provider and Google hold values to.
 */
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sharedMaterial } from '../shared-material.ts';

/** The folder of the stand-in, or undefined where there is none. */
export const findStandIn = (): string | undefined => sharedMaterial('tools/terraform-offline');

/**
 * The stand-in as it is, in a folder of its own, so that test files which run at once do not install its packages into one; whoever asked
 * for it removes it. Where it has its packages already they are used.
 */
export function copyStandIn(folder: string): { readonly script: string; remove(): void } {
  const copy = mkdtempSync(join(tmpdir(), 'stand-in-'));
  cpSync(folder, copy, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) symlinkSync(modules, join(copy, 'node_modules'));
  return { script: join(copy, 'run.mjs'), remove: () => rmSync(copy, { recursive: true, force: true }) };
}
