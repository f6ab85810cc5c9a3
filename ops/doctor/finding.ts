/** What a check of the doctor says: how it is, and if it is not well, what to do. */
import type { Reading } from '../ports.ts';

/** `unchecked`: it could not be looked at, which is no illness by itself. */
export type Verdict = 'well' | 'warning' | 'broken' | 'unchecked';

/** One finding. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly what: string;
  /** Empty where nothing is to be done. */
  readonly doThis: string;
}

/** What to do where a part of the installation is not as the module makes it. */
export const APPLY = 'Run `terraform apply`: it is part of the module.';

/** Finds nothing wrong. */
export function well(check: string, what: string): Finding {
  return { check, verdict: 'well', what, doThis: '' };
}

/** Finds something that keeps the service from doing its work. */
export function broken(check: string, what: string, doThis: string): Finding {
  return { check, verdict: 'broken', what, doThis };
}

/** Finds something that will hurt, or may. */
export function warning(check: string, what: string, doThis: string): Finding {
  return { check, verdict: 'warning', what, doThis };
}

/** Could not look; `doThis` is what it would take. */
export function unchecked(check: string, why: string, doThis = ''): Finding {
  return { check, verdict: 'unchecked', what: why, doThis };
}

/** Judges a fact that is known; says for the others that they are missing or could not be looked at. */
export function judged<Fact>(
  check: string,
  reading: Reading<Fact>,
  whenAbsent: Finding,
  judge: (fact: Fact) => Finding | readonly Finding[],
): readonly Finding[] {
  switch (reading.kind) {
    case 'known':
      return [judge(reading.fact)].flat();
    case 'absent':
      return [whenAbsent];
    case 'unreadable':
      return [unchecked(check, reading.why)];
  }
}
