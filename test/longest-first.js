/** Lets the long suites begin in the order of their list. JavaScript, because jest's types do not let the class be extended. */
import Sequencer from '@jest/test-sequencer';
import { LONG } from './long-suites.ts';

/** See the file's head. */
export default class LongestFirst extends Sequencer {
  /** The suites in the order in which they begin. */
  sort(suites) {
    const place = ({ path }) => LONG.findIndex((pattern) => new RegExp(pattern).test(path));
    return [...suites].sort((one, other) => place(one) - place(other));
  }
}
