/** The file of --config: lines of NAME=VALUE, as dotenv has them, and nothing else. Pure. */
import { parseEnv } from 'node:util';
import { UsageError } from './errors.ts';
import { PLACE_FLAGS } from './places.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** `export` may stand before the name, so that a shell can read the file as well. */
const ASSIGNMENT = /^\s*(?:export\s+)?[A-Za-z_][\w.]*\s*=\s*(.*)$/;
const NOTHING = /^\s*(?:#.*)?$/;

/** What the file sets. A line that sets nothing is refused: whoever wrote it meant something. @throws UsageError that names the line */
export function readConfigFile(path: string, text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (NOTHING.test(line)) continue;
    const value = ASSIGNMENT.exec(line)?.[1];
    if (value === undefined) {
      throw new UsageError(`${path}, line ${at + 1}: no NAME=VALUE`, 'Mend the line, or put # before it.');
    }
    // A value in quotes may go on over several lines.
    const [quote = ''] = /^["'`]/.exec(value) ?? [];
    if (quote === '' || value.indexOf(quote, 1) > 0) continue;
    const end = lines.findIndex((later, index) => index > at && later.includes(quote));
    if (end < 0)
      throw new UsageError(`${path}, line ${at + 1}: the ${quote} is not closed`, 'Close it, or leave it out.');
    at = end;
  }
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(text))) if (value !== undefined) set[name] = value;
  return set;
}

const PLACES: ReadonlySet<string> = new Set(Object.values(PLACE_FLAGS).map(({ variable }) => variable));

/**
 * The line that says where the shell has other values than the file, and wins; undefined where it has none. What may be a secret is named and
 * not shown. `typed` was given by flags, on purpose.
 */
export function overriddenText(path: string, file: Variables, shell: Variables, typed: Variables): string | undefined {
  const names = Object.keys(file).filter(
    (name) => typed[name] === undefined && shell[name] !== undefined && shell[name] !== file[name],
  );
  if (names.length === 0) return undefined;
  const shown = names.map((name) =>
    PLACES.has(name) ? `${name} is ${shell[name] || 'empty'}, not ${file[name] || 'empty'}` : name,
  );
  return `The variables of this shell win over ${path}: ${shown.join(', ')}.`;
}
