/**
 * Material that may lie beside a checkout, in a folder `shared` next to it or where SHARED_MATERIAL says: recorded Calendar traffic,
 * recurrence cases, stand-ins for Google's control plane. It may add cases to the tests; no test needs it.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

/** The path of a file or folder of the material, or undefined where it is absent. */
export function sharedMaterial(name: string): string | undefined {
  const path = resolve(ROOT, process.env.SHARED_MATERIAL ?? '../shared', name);
  return existsSync(path) ? path : undefined;
}
