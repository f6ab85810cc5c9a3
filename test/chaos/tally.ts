/** What a run counts. */

/** Faults by kind, and what went on meanwhile. */
export class ChaosTally {
  readonly faults: Record<string, number> = {};
  kills = 0;
  edits = 0;
  deliveries = 0;
  forgeries = 0;
  listCalls = 0;
  writes = 0;
  /** From the one reconcile until nothing was wrong any more. */
  restSeconds = 0;
  readonly violations: string[] = [];
  /** Folder in which the logs and records of a run with violations lie. */
  evidence = '';

  fault(kind: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }

  /** Each violation once. */
  violation(text: string): void {
    if (!this.violations.includes(text)) this.violations.push(text);
  }

  /** One line for people. */
  text(): string {
    const faults = Object.values(this.faults).reduce((sum, count) => sum + count, 0);
    const kinds = Object.entries(this.faults).map(([kind, count]) => `${count} ${kind}`);
    return [
      `${faults} faults injected (${kinds.join(', ')})`,
      `${this.kills} kills survived`,
      `${this.edits} edits`,
      `${this.deliveries} deliveries`,
      `${this.forgeries} forgeries refused`,
      `${this.listCalls} list calls`,
      `${this.writes} writes to events`,
      `at rest after ${this.restSeconds} s`,
      `${this.violations.length} violations`,
    ].join(', ');
  }
}
