/**
 * Loads the whole simulation once more with a mistake in it: a module address that ends in `?defect=N` hands that on to whatever it
 * imports that has to do with the mistake, and the sources named by the defect are read with its edits. All other modules are loaded once
 * and shared. Needs Node's own loader, so it runs outside of jest.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Edit } from './defects/defect.ts';
import { DEFECTS } from './defects.ts';

const ROOT = new URL('../../', import.meta.url).href;

/** From here on, addresses with a defect load with it. */
export function installDefects(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const defect = defectOf(context.parentURL);
      if (defect === null || !isOurs(resolved.url)) return resolved;
      const files = new Set((DEFECTS[defect]?.edits ?? []).map(({ file }) => ROOT + file));
      return dependsOn(resolved.url, files) ? { ...resolved, url: `${resolved.url}?defect=${defect}` } : resolved;
    },
    load(url, context, next) {
      const defect = defectOf(url);
      if (defect === null) return next(url, context);
      const path = withoutDefect(url);
      const edits = (DEFECTS[defect]?.edits ?? []).filter(({ file }) => ROOT + file === path);
      return { format: 'module-typescript', source: edits.reduce(edited, sourceOf(path)), shortCircuit: true };
    },
  });
}

function isOurs(url: string): boolean {
  return url.startsWith(ROOT) && !url.includes('/node_modules/');
}

function defectOf(url: string | undefined): number | null {
  const defect = url?.startsWith(ROOT) ? new URL(url).searchParams.get('defect') : null;
  return defect === null ? null : Number(defect);
}

function withoutDefect(url: string): string {
  return url.replace(/\?.*/, '');
}

const sources = new Map<string, string>();
const imported = new Map<string, ReadonlySet<string>>();

function sourceOf(url: string): string {
  return kept(sources, url, () => readFileSync(fileURLToPath(url), 'utf8'));
}

/** Whether a module is one of these, or comes to one of them by its imports. */
function dependsOn(url: string, files: ReadonlySet<string>): boolean {
  if (files.has(url)) return true;
  for (const file of files) if (reachedFrom(url).has(file)) return true;
  return false;
}

/** All modules of ours that a module comes to by its imports. */
function reachedFrom(url: string): ReadonlySet<string> {
  return kept(imported, url, () => {
    const reached = new Set<string>();
    const waiting = [url];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const [, specifier] of sourceOf(next).matchAll(/^(?:import|export)\b(?! type)[^;]*? from '(\.[^']+)';/gm)) {
        const target = new URL(specifier ?? '', next).href;
        if (target.endsWith('.ts') && !reached.has(target)) waiting.push(target);
        reached.add(target);
      }
    }
    return reached;
  });
}

function kept<Value>(known: Map<string, Value>, url: string, make: () => Value): Value {
  const before = known.get(url);
  if (before !== undefined) return before;
  const made = make();
  known.set(url, made);
  return made;
}

/** Line breaks do not count. @throws Error if the words are not there, or not once: the defect says nothing any more */
function edited(source: string, { file, from, to }: Edit): string {
  const words = from
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(words.join('\\s+'), 'g');
  const count = [...source.matchAll(pattern)].length;
  if (count !== 1) throw new Error(`${file} has these words ${count} times: ${from}`);
  return source.replace(pattern, () => to);
}
