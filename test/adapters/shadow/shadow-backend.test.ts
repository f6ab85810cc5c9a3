/** In shadow mode every change is said in the log, and nothing of what is in an event. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createShadowBackend } from '../../../shared/adapters/shadow/shadow-backend.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { LogLine } from '../../../shared/domain/log-line.ts';
import { changes } from '../webhook/changes.ts';

test('any change counts as delivered and leaves one line, with keys in the place of names', async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (change) => {
      const lines: LogLine[] = [];
      const backend = createShadowBackend({ write: (line) => void lines.push(line) });
      expect(await backend.apply(change)).toEqual({ kind: 'done' });
      const { conferenceId, revision } = change.data;
      expect(lines).toEqual([
        expect.objectContaining({
          line: 'shadow-delivery',
          type: change.type,
          revision,
          conference: conferenceKeyOf(conferenceId),
        }),
      ]);
      const [line] = lines;
      const allowed = ['line', 'conference', 'calendar', 'type', 'revision', 'changed', 'restored', 'reason'];
      expect(Object.keys(line ?? {}).filter((name) => !allowed.includes(name))).toEqual([]);
    }),
  );
});
