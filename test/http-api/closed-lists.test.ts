/** The closed lists that docs/openapi.json shows are those of the code; and what it must not show. */
import { expect, test } from '@jest/globals';
import { LOSS_REASONS } from '../../shared/domain/disconnect-reasons.ts';
import { BINDING_STATES, CALENDAR_STATUSES } from '../../shared/domain/state/records.ts';
import { listAt } from '../terraform/read-json.ts';
import { DESCRIBED, DOCUMENT } from './document.ts';

test.each([
  ['statuses of a calendar', CALENDAR_STATUSES, ['Status']],
  ['states of a binding', BINDING_STATES, ['Binding', 'properties', 'state']],
  ['reasons of a lost consent', LOSS_REASONS, ['Connection', 'properties', 'disconnected', 'properties', 'reason']],
])('%s', (_, known, path) => {
  expect(listAt(DOCUMENT, 'components', 'schemas', ...path, 'enum')).toEqual(known);
});

test('no answer to HEAD is described with content, which a generated client would wait for', () => {
  const heads = DESCRIBED.filter(({ method }) => method === 'HEAD');
  const answers = heads.flatMap(({ operationId, responses }) =>
    Object.entries(responses).map(([status, { content }]) => [operationId, status, content]),
  );
  expect(answers.filter(([, , content]) => content !== undefined)).toEqual([]);
  expect(heads).toHaveLength(4);
});
