/** What the conformance test of receivers finds. */
import { checksOf } from '../../ops/webhook/checks.ts';
import { openEndpoint } from '../../ops/webhook/open-endpoint.ts';
import { playCheck } from '../../ops/webhook/play-check.ts';

/** One broken rule. */
export interface Failure {
  readonly name: string;
  readonly happened: string;
  readonly means: string;
}

/** Plays all checks; `answers` counts those of which the answers alone could be judged. */
export async function failuresAt(
  url: string,
  secret: string,
  readBack: string | null,
  timeoutMs = 15_000,
): Promise<{ failures: readonly Failure[]; answers: number }> {
  const endpoint = openEndpoint({ url: new URL(url), secret, readBack, timeoutMs });
  const failures: Failure[] = [];
  let answers = 0;
  for (const check of checksOf({ name: 'test', now: Date.now() })) {
    const verdict = await playCheck(check, { ...endpoint, sleep: async () => undefined });
    if (verdict.kind === 'answers') answers += 1;
    if (verdict.kind === 'failed') failures.push({ name: check.name, happened: verdict.happened, means: check.means });
  }
  endpoint.close();
  return { failures, answers };
}
