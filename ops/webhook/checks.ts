/** The rules of docs/webhook.md, each as something that can be tried on a receiver. The last one can end it. */
import type { Check } from './check.ts';
import { CHANGE_CHECKS } from './checks-of-changes.ts';
import { DELIVERY_CHECKS } from './checks-of-deliveries.ts';
import type { Run } from './sample-changes.ts';

/** All checks of a run, in the order in which they are played. */
export function checksOf(run: Run): readonly Check[] {
  return [...CHANGE_CHECKS, ...DELIVERY_CHECKS].map((make) => make(run));
}
