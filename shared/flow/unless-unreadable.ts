/** Work that meets a record which cannot be read ends there: the store has reported the record, and a person must look. */
import { RecordUnreadable } from '../domain/errors.ts';

/** What the work comes to; `unreadable` if it threw RecordUnreadable. What else it throws comes out unchanged. */
export async function unlessUnreadable<Result>(work: Promise<Result>): Promise<Result | 'unreadable'> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RecordUnreadable) return 'unreadable';
    throw error;
  }
}
