/**
 * Loads the whole simulation once more with a mistake in it: a module address that ends in `?defect=N` hands that on to everything it
 * imports, and the sources named by the defect are read with its edits. Needs Node's own loader, so it runs outside of jest.
 */
import { registerHooks } from 'node:module';
import { DEFECTS, type Edit } from './defects.ts';

const ROOT = new URL('../../', import.meta.url).href;

/** From here on, addresses with a defect load with it. */
export function installDefects(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const defect = defectOf(context.parentURL);
      const isOurs = resolved.url.startsWith(ROOT) && !resolved.url.includes('/node_modules/');
      return defect === null || !isOurs ? resolved : { ...resolved, url: `${resolved.url}?defect=${defect}` };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const defect = defectOf(url);
      const file = url.slice(ROOT.length).replace(/\?.*/, '');
      const edits = defect === null ? [] : (DEFECTS[Number(defect)]?.edits ?? []).filter((edit) => edit.file === file);
      return edits.length === 0 ? loaded : { ...loaded, source: edits.reduce(apply, String(loaded.source)) };
    },
  });
}

function defectOf(url: string | undefined): string | null {
  return url?.startsWith(ROOT) ? new URL(url).searchParams.get('defect') : null;
}

/** Line breaks do not count. @throws Error if the words are not there, or not once: the defect says nothing any more */
function apply(source: string, { file, from, to }: Edit): string {
  const words = from
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(words.join('\\s+'), 'g');
  const count = [...source.matchAll(pattern)].length;
  if (count !== 1) throw new Error(`${file} has these words ${count} times: ${from}`);
  return source.replace(pattern, () => to);
}
