/** A listing on its way, and what its pages are made of. */
import type { JsonObject } from '../wire/json.ts';
import type { ListQuery } from './list-query.ts';

/** An event on its way into a page, and the place after which the next page goes on. */
export interface ListedEntry {
  readonly body: JsonObject;
  readonly verbatim: boolean;
  readonly position: string;
}

/** A listing: what is asked, since which change (for an incremental one), and as of which change it began. */
export interface Listing {
  readonly query: ListQuery;
  readonly since: number | undefined;
  readonly snapshot: number;
  /** Where the last page ended; empty at the beginning. */
  readonly position: string;
}
