/** One question on a terminal. */
import { createInterface } from 'node:readline/promises';

/** The line that was typed. Ctrl-C and Ctrl-D, with which people leave a question, are an empty one. */
export async function askLine(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const lines = createInterface({ input, output });
  try {
    return await lines.question(question);
  } catch (error) {
    if (Object(error).name !== 'AbortError') throw error;
    output.write('\n');
    return '';
  } finally {
    lines.close();
  }
}
