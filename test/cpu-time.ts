/** CPU time of another process, which tells what it can do at most whatever else the machine does meanwhile. */
import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second for every program: `sysconf(_SC_CLK_TCK)`. */
const TICKS_PER_SECOND = 100;

/** Seconds that the process has used so far, its kernel time included; undefined where the system does not say. */
export async function cpuSeconds(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in parentheses may hold spaces; of the fields after it, the 12th and 13th are user and kernel time (proc(5)).
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields?.[11]) + Number(fields?.[12]);
  return Number.isNaN(ticks) ? undefined : ticks / TICKS_PER_SECOND;
}
