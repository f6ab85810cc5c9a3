import { expect, test } from '@jest/globals';

const LOOKS = 100_000;

function nsALook(): number {
  const startedAt = performance.now();
  let found = 0;
  for (let look = 0; look < LOOKS; look++) if (Math !== undefined) found++;
  expect(found).toBe(LOOKS);
  return ((performance.now() - startedAt) * 1e6) / LOOKS;
}

test('a suite looks at a global as fast as code outside of jest does', () => {
  // Behind an interceptor it takes 250 ns and more, of which every suite has millions.
  expect(Math.min(...Array.from({ length: 10 }, nsALook))).toBeLessThan(50);
});
