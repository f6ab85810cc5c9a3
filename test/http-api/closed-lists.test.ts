/** The closed lists that docs/openapi.json shows are those of the code. */
import { expect, test } from '@jest/globals';
import { LOSS_REASONS } from '../../shared/domain/disconnect-reasons.ts';
import { BINDING_STATES, CALENDAR_STATUSES } from '../../shared/domain/state/records.ts';
import { listAt } from '../terraform/read-json.ts';
import { DOCUMENT } from './document.ts';

test.each([
  ['statuses of a calendar', CALENDAR_STATUSES, ['Status']],
  ['states of a binding', BINDING_STATES, ['Binding', 'properties', 'state']],
  ['reasons of a lost consent', LOSS_REASONS, ['Connection', 'properties', 'disconnected', 'properties', 'reason']],
])('%s', (_, known, path) => {
  expect(listAt(DOCUMENT, 'components', 'schemas', ...path, 'enum')).toEqual(known);
});
