/**
 * Jest's environment for Node, with two changes.
 *
 * A suite's global object is an ordinary one. Node would put an interceptor before every look at a global, `Math` or `Map`, which then
 * takes a quarter of a microsecond instead of none: half of the time of a suite that computes.
 * https://nodejs.org/docs/latest-v24.x/api/vm.html#when-contextobject-is-vmconstantsdont_contextify
 *
 * A worker process that has nothing left to do would first dispose of the contexts of all its suites, which takes longer than the half
 * second that jest grants it, and jest would warn of a leak. So it ends at once.
 */
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

process.once('beforeExit', () => process.exit());

/** See the file's head. */
export default class OrdinaryGlobals extends TestEnvironment {
  constructor(config, context) {
    // Jest has no setting for it, and makes the context in its constructor, in one step with what it puts in there.
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
}
