/** Standard output as Cloud Logging reads it: a line that is a JSON object is an entry with fields, everything else is text without a severity. */

/** One entry. */
export interface LogEntry {
  readonly severity: string;
  /** The line's constant name in shared/domain/log-line.ts. */
  readonly line: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a process wrote: entries that keep their severity and their name, and the lines that do not. */
export function readEntries(stdout: string): {
  readonly entries: readonly LogEntry[];
  readonly lost: readonly string[];
} {
  const entries: LogEntry[] = [];
  const lost: string[] = [];
  // A process that was killed may have been in the middle of a line.
  for (const text of stdout.slice(0, stdout.lastIndexOf('\n') + 1).split('\n')) {
    if (text === '') continue;
    const entry = entryOf(text);
    if (entry === undefined) lost.push(text);
    else entries.push(entry);
  }
  return { entries, lost };
}

function entryOf(text: string): LogEntry | undefined {
  try {
    const fields: unknown = JSON.parse(text);
    if (typeof fields !== 'object' || fields === null) return undefined;
    const { severity, line }: { severity?: unknown; line?: unknown } = fields;
    if (typeof severity !== 'string' || typeof line !== 'string') return undefined;
    return { severity, line, fields: { ...fields } };
  } catch {
    return undefined;
  }
}
