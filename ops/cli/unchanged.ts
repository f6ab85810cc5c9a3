/** The report of a change that did not take place. */
import type { Report } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { Consent } from './screen.ts';

/** `plan` completes "Would ..."; `data` is what the change would have been about. */
export function unchanged(consent: Exclude<Consent, 'go'>, plan: string, data: object): Report {
  const isDryRun = consent === 'dry-run';
  const line = {
    nothing: 'Nothing to do.',
    'dry-run': `Would ${plan}. Nothing was changed.`,
    declined: 'Nothing was changed.',
  };
  return {
    data: { ...data, isDone: false, isDryRun },
    text: () => [line[consent]],
    exit: consent === 'declined' ? EXIT.failed : EXIT.fine,
  };
}
