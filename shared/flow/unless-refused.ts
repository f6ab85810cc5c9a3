/** A question about one event that Google refuses to answer says nothing of that event, and nothing of any other. */
import { RequestRefused } from '../domain/errors.ts';

/** What the question comes to; `refused` if Google would not take it. What else it throws comes out unchanged. */
export async function unlessRefused<Result>(question: Promise<Result>): Promise<Result | 'refused'> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof RequestRefused) return 'refused';
    throw error;
  }
}
