/** Reads a script project as `clasp push` would send it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScriptFile } from './apps-script.ts';
import type { Manifest } from './manifest.ts';

/** A project's files and its manifest. */
export interface ScriptProject {
  readonly files: readonly ScriptFile[];
  readonly manifest: Manifest;
}

/** The sources in the order of their names, which is clasp's where `.clasp.json` says nothing else. */
export function readProject(folder: string): ScriptProject {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  return { files, manifest: JSON.parse(readFileSync(join(folder, 'appsscript.json'), 'utf8')) };
}
