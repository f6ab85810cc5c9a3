/**
 * The part of the Logging query language that our metrics use (https://cloud.google.com/logging/docs/view/logging-query-language):
 * comparisons joined by AND, each with one value or with several joined by OR.
 */
import { at } from '../terraform/read-json.ts';

/** An entry of Cloud Logging. */
export type Entry = Readonly<Record<string, unknown>>;

/** Whether an entry is one of the metric's. */
export type Matcher = (entry: Entry) => boolean;

/** What an entry has at some place. */
export type Reader = (entry: Entry) => unknown;

/** Reads a filter. @throws Error for a word that is not understood here */
export function readFilter(filter: string): Matcher {
  const comparisons = filter.split(' AND ').map(readComparison);
  return (entry) => comparisons.every((matches) => matches(entry));
}

/** Reads the value at a path of names with dots between; undefined for none. */
export function readerOf(path: string): Reader {
  const names = path.split('.');
  return (entry) => at(entry, ...names);
}

function readComparison(text: string): Matcher {
  const [, path = '', operator = '', operand = ''] = text.match(/^([\w.]+)(>=|>|=)(.+)$/) ?? [];
  const valueIn = readerOf(path);
  if (operator === '>=' || operator === '>') {
    const least = Number(operand);
    return (entry) => {
      const value = valueIn(entry);
      return typeof value === 'number' && (value > least || (operator === '>=' && value === least));
    };
  }
  const words = operand.replace(/^\((.*)\)$/, '$1').split(' OR ');
  if (operator !== '=' || words.some((word) => !/^"[^"]*"$/.test(word))) throw new Error(`not understood: ${text}`);
  const values = new Set<unknown>(words.map((word) => word.slice(1, -1)));
  return (entry) => values.has(valueIn(entry));
}
