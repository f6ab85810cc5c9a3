/** One page of a list: how long it is and where it begins, by the query, and where the next one begins. */
import { BadRequest } from '../../shared/domain/errors.ts';
import type { KeyRange } from '../../shared/domain/ports.ts';
import { countParameter, type Query } from './read-query.ts';

/** Entries of a page: how many where nothing is asked, and how many at most. */
const PAGE_SIZE = { usual: 100, most: 500 };

/** The parameters that ask for a page. */
export const PAGE_PARAMETERS = ['pageSize', 'pageToken'] as const;

/** `next` is a member of the answer's body where there are more. */
export interface Page<Item> {
  readonly found: readonly Item[];
  readonly next: { readonly nextPageToken?: string };
}

/** How many entries are asked for. @throws BadRequest */
export function pageSizeOf(query: Query): number {
  return countParameter(query, 'pageSize', PAGE_SIZE.most, PAGE_SIZE.usual);
}

/** Reads the page of this size with `ask`; `readKey` reads the key that a page token is. @throws BadRequest, StoreUnavailable */
export async function readPage<Key extends string, Item extends { readonly key: Key }>(
  query: Query,
  size: number,
  readKey: (token: string) => Key | undefined,
  ask: (range: KeyRange<Key>) => Promise<readonly Item[]>,
): Promise<Page<Item>> {
  const token = query.get('pageToken');
  const after = token === undefined ? null : readKey(token);
  if (after === undefined) throw new BadRequest('pageToken must be the nextPageToken of an earlier answer');
  // One more than asked for tells whether this is the last page.
  const all = await ask({ after, limit: size + 1 });
  const found = all.slice(0, size);
  const nextPageToken = all.length > size ? found.at(-1)?.key : undefined;
  return { found, next: nextPageToken === undefined ? {} : { nextPageToken } };
}
