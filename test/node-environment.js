/**
 * Jest's environment for Node. A worker process that has nothing left to do would first dispose of the contexts of all its suites, which
 * takes longer than the half second that jest grants it, and jest would warn of a leak. So it ends at once.
 */
import { TestEnvironment } from 'jest-environment-node';

process.once('beforeExit', () => process.exit());

export default TestEnvironment;
