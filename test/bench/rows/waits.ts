/** What somebody waits for behind the work of others, in virtual time; the tests hold the same: test/flow/waits.test.ts. */
import { tripsOfPage, waitsBehindRetries, waitsOfNewLeader } from '../../flow/waits.ts';
import type { Row } from '../row.ts';
import { percentile, rounded } from '../statistics.ts';

const TOLD_MAX_S = 120;
const WORKERS = 36;

/** See the file's head. */
export const waits: Row = {
  id: 'waits',
  async measure({ isQuick }) {
    const [series, retries, references] = isQuick ? [25, 300, 60] : [250, 1_500, 500];
    const trips = await tripsOfPage(series);
    const edits = await waitsBehindRetries(retries, WORKERS);
    const { firstMs, allMs } = await waitsOfNewLeader(references, TOLD_MAX_S * 1_000);
    return {
      figures: [
        {
          id: 'page-trips',
          title: `a page of ${series} series that end, and whose conferences another calendar goes on with`,
          value: trips.end,
          unit: 'round trips in a row',
          baseline: null,
          bound: { atMost: 15 },
          note: `the longest of its transactions; ${trips.come} where the page brings the series`,
        },
        {
          id: 'edit-behind-retries',
          title: `an edit while ${retries} retries of its calendar are due, ${WORKERS} workers, until it is listed, p99`,
          value: rounded(percentile(edits, 0.99) / 1_000),
          unit: 's',
          baseline: null,
          bound: { atMost: 5 },
          note: `${edits.length} edits in virtual time, with 50 ms in the queue, 25 ms for a transaction and 100 ms for Google`,
        },
        {
          id: 'new-leader-first',
          title: `a conference with ${references} references passes to another calendar: the first told`,
          value: rounded(firstMs / 1_000),
          unit: 's',
          baseline: null,
          bound: { atMost: 10 },
        },
        {
          id: 'new-leader-all',
          title: `a conference with ${references} references passes to another calendar: all told`,
          value: rounded(allMs / 1_000),
          unit: 's',
          baseline: null,
          bound: { atMost: TOLD_MAX_S },
        },
      ],
    };
  },
};
