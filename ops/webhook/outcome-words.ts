/** What a receiver did, as a sentence about it goes on. */
import type { Outcome } from '../../shared/domain/delivery/change.ts';

/** Completes "the receiver ...". */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return 'accepted it';
    case 'transient':
    case 'key-refused':
    case 'refused':
      return outcome.reason;
    case 'unknown-conference':
      return 'answered that it does not know the conference';
    case 'endpoint-gone':
      return 'answered 410, which stops all deliveries';
  }
}
