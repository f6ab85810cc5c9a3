/**
 * A bill of materials of what was built (CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/): every package whose code went into a
 * bundle or is installed beside it, as the lock file pins it. No time and no random number stands in it, so that the same sources give the same bill.
 */

import type { LockFile } from './lock-framework.ts';

const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** The folder of the package that a file belongs to, relative to the root like the file: one, or none. */
export function folderOf(file: string): readonly string[] {
  const folder = PACKAGE_FOLDER.exec(file.replaceAll('\\', '/'))?.[1];
  return folder === undefined ? [] : [folder];
}

/**
 * The bill, as an object for a JSON file; `folders` are those of the packages, relative to the root.
 * @throws Error naming a package that the lock file does not pin
 */
export function collectComponents(folders: readonly string[], lock: LockFile, version: string): object {
  const components = [...new Set(folders)].sort().map((folder) => componentOf(folder, lock));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `calendar-conference-sync@${version}`,
        name: 'calendar-conference-sync',
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    components,
  };
}

function componentOf(folder: string, { packages }: LockFile): object {
  const pinned = packages[folder];
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  if (pinned?.version === undefined) throw new Error(`package-lock.json does not pin ${folder}`);
  const { version, integrity, license } = pinned;
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    // One package may be there twice, in one version, below two others.
    'bom-ref': `${purl}#${folder}`,
    name,
    version,
    purl,
    ...(license !== undefined && { licenses: [{ expression: license }] }),
    ...(integrity !== undefined && { hashes: hashesOf(integrity) }),
  };
}

/** `sha512-<base64>`, as npm writes it. */
function hashesOf(integrity: string): readonly object[] {
  return integrity.split(' ').flatMap((entry) => {
    const [, bits, digest] = /^sha(1|256|384|512)-(.+)$/.exec(entry) ?? [];
    if (bits === undefined || digest === undefined) return [];
    return [{ alg: `SHA-${bits}`, content: Buffer.from(digest, 'base64').toString('hex') }];
  });
}
