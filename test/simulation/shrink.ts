/** Makes a failing run smaller: the fewest actions of people, and the fewest kinds of faults, that still go wrong. */
import { ALL_FAULTS, type FaultKind } from './faults.ts';
import { type Cut, runSeed, type SeedResult } from './run-seed.ts';

/** The smallest failing run found, and how it was cut. */
export interface Shrunk {
  readonly cut: Cut;
  readonly result: SeedResult;
}

/** Shrinks a seed that fails with this cut; every attempt is a whole run. */
export async function shrink(failing: SeedResult, base: Cut): Promise<Shrunk> {
  let smallest: Shrunk = { cut: base, result: failing };
  const isSmaller = async (cut: Cut): Promise<boolean> => {
    const result = await runSeed(failing.seed, cut);
    if (result.violation === undefined) return false;
    smallest = { cut, result };
    return true;
  };
  for (let actions = 1; actions < failing.actions; actions++) if (await isSmaller({ ...base, actions })) break;
  const without: FaultKind[] = [...(base.without ?? [])];
  for (const kind of ALL_FAULTS.filter((name) => failing.rates[name] !== undefined)) {
    if (await isSmaller({ ...smallest.cut, without: [...without, kind] })) without.push(kind);
  }
  return smallest;
}
