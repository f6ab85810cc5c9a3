/** For the functions framework: a function that leaves an exception in a callback that nobody awaits. */
import { http } from '@google-cloud/functions-framework';
import { outsideDomain } from '../../functions/leave-domain.ts';

const throwStray = (): void => {
  throw new Error('stray');
};

http(
  'stray',
  outsideDomain(() => {
    setTimeout(throwStray, 1);
  }),
);
