/**
 * Asks a fresh deployment, from outside, whether its doors are open and shut as they should be: the receiver refuses a forged
 * notification, and nobody without an identity gets anywhere else. `node scripts/smoke-test.ts OUTPUTS`, where OUTPUTS is what
 * `terraform output -json functions` wrote.
 */
import { readFileSync } from 'node:fs';

const DEADLINE_MS = 30_000;

/** What each deployment may answer. Cloud Run says 404 where it does not let a caller in at all. */
const EXPECTED: Readonly<Record<string, readonly number[]>> = {
  'receive-notification': [400, 401, 403],
  'sync-calendar-live': [401, 403, 404],
  'sync-calendar-upkeep': [401, 403, 404],
  'renew-channels': [401, 403, 404],
  'manage-calendars': [401, 403],
};

const FORGED = {
  'x-goog-channel-id': 'forged-by-the-smoke-test',
  'x-goog-channel-token': 'forged',
  'x-goog-resource-id': 'forged',
  'x-goog-resource-state': 'exists',
  'x-goog-message-number': '1',
};

/** One line for each deployment that is missing or answers wrongly; none when all is well. */
export async function findWrongDoors(addresses: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const findings = Object.entries(EXPECTED).map(async ([name, expected]) => {
    const address = addresses[name];
    if (typeof address !== 'string') return `${name}: not deployed`;
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const { status } = await fetch(address, { method: 'POST', headers: FORGED, redirect: 'manual', signal });
      return expected.includes(status) ? undefined : `${name}: answered ${status}, expected ${expected.join(' or ')}`;
    } catch (error) {
      return `${name}: cannot be reached (${error instanceof Error ? error.message : 'no reason'})`;
    }
  });
  return (await Promise.all(findings)).filter((line) => line !== undefined);
}

if (import.meta.main) {
  const addresses: unknown = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  const wrong = await findWrongDoors(Object(addresses));
  process.stdout.write(wrong.length === 0 ? 'all five answer as they should\n' : `${wrong.join('\n')}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
