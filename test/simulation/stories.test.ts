import { describe, expect, test } from '@jest/globals';
import { STORIES, tell } from './stories.ts';

const CALLS_MAX = 500;

describe('whatever call a worker dies in', () => {
  test.each(STORIES.map((story) => [story.name, story] as const))(
    '%s, and all comes right',
    async (_, story) => {
      for (let call = 0; call <= CALLS_MAX; call++) {
        const { violation, hasCrashed } = await tell(story, call);
        expect(violation === undefined ? '' : `crash at call ${call}: ${violation}`).toBe('');
        if (call > 0 && !hasCrashed) return;
      }
      throw new Error(`the story makes more than ${CALLS_MAX} calls`);
    },
    60_000,
  );
});
