/** Lets the suites that take longest begin first, so that no processor waits at the end for one that began last. */
import Sequencer from '@jest/test-sequencer';

/** Those of more than 20 seconds, the longest first. On a fresh checkout jest itself only knows how large a file is. */
const LONGEST = [
  'alerts/nights',
  'chaos/chaos',
  'terraform/inputs',
  'simulation/interleavings',
  'deployed/platform',
  'ops/confsync-emulators',
  'terraform/module',
  'simulation/defects',
  'http-api/contract',
  'load/receiver',
  'deployed/story',
  'adapters/store/firestore-store',
  'e2e/sandbox',
  'sandbox/console/console-page',
  'sandbox/recurrence/rule-starts',
  'ops/runbook/calendars',
  'simulation/stories',
  'simulation/commits',
  'sandbox/deliveries/own-receiver',
  'flow/sync/large-calendar',
  'simulation/seeds',
  'security/command-line',
  'ops/runbook/functions',
];

/** See the file's head. */
export default class LongestFirst extends Sequencer {
  /** The suites in the order in which they begin. */
  async sort(tests) {
    const place = ({ path }) => {
      const index = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
      return index < 0 ? LONGEST.length : index;
    };
    return [...(await super.sort(tests))].sort((one, other) => place(one) - place(other));
  }
}
