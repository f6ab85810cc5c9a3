/**
 * Where the google provider cannot be had, a stand-in may take its place: a folder with `run.mjs DIR COMMAND`, which has the provider's
 * schemas and the rules that the provider and Google hold values to.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { onceARun } from '../run-folder.ts';
import { sharedMaterial } from '../shared-material.ts';

/** The folder of the stand-in, or undefined where there is none. */
export const findStandIn = (): string | undefined => sharedMaterial('tools/terraform-offline');

/** The script of the stand-in, which is copied for each run with its packages: it may lie where nothing can be written. */
export function installStandIn(folder: string): string {
  const copy = onceARun('terraform-stand-in', (own) => {
    cpSync(folder, own, { recursive: true });
    if (existsSync(join(own, 'node_modules'))) return;
    const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: own, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the packages of the stand-in cannot be installed: ${stderr}`);
  });
  return join(copy, 'run.mjs');
}
