/** Gathers the licence of every package whose code went into a bundle, so that the artefact carries the notices it owes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** The folder of the package that holds the file: the nearest one above it whose package.json has a name. */
function packageFolder(file: string): string | undefined {
  for (let folder = dirname(file); folder.includes('node_modules'); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && readManifest(folder).name !== '') return folder;
  }
  return undefined;
}

function readManifest(folder: string): { name: string; version: string; license: string } {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const field = (name: string): string => {
    const value: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, name) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { name: field('name'), version: field('version'), license: field('license') };
}

/**
 * One text: for each package its name, version, declared licence and the licence files it ships, sorted by name.
 * @throws Error naming every package that neither declares a licence nor ships one.
 */
export function collectLicences(files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => packageFolder(file) ?? []));
  const unlicensed: string[] = [];
  const sections = new Map<string, string>();
  for (const folder of folders) {
    const { name, version, license } = readManifest(folder);
    const texts = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
      .map((entry) => readFileSync(join(folder, entry.name), 'utf8').trim());
    if (license === '' && texts.length === 0) unlicensed.push(`${name}@${version}`);
    sections.set(`${name}@${version}`, [`${name} ${version} (${license || 'see text'})`, ...texts].join('\n\n'));
  }
  if (unlicensed.length > 0) throw new Error(`no licence found for ${unlicensed.join(', ')}`);
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `${[...sections.keys()]
    .sort()
    .map((key) => sections.get(key))
    .join(rule)}\n`;
}
