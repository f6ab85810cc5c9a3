/**
 * Asks a fresh deployment, from outside, whether its doors are open and shut as they should be: the receiver lets everybody in and
 * refuses a forged notification itself, so does connect-calendars, where it is deployed, with a forged link, and nobody without an identity gets anywhere else. `node scripts/smoke-test.ts OUTPUTS`, where
 * OUTPUTS is what `terraform output -json functions` wrote.
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const DEADLINE_MS = 30_000;
const SHUT_DOOR = 'its door is shut';

/** Deployments at whose doors Google asks for an identity. */
const SHUT = ['sync-calendar-live', 'sync-calendar-upkeep', 'renew-channels', 'manage-calendars'];

const FORGED = {
  'x-goog-channel-id': 'forged-by-the-smoke-test',
  'x-goog-channel-token': 'forged',
  'x-goog-resource-id': 'forged',
  'x-goog-resource-state': 'exists',
  'x-goog-message-number': '1',
};

/** Who answered: the door that Google keeps before a service, with a page for people, or the code behind it, which has none. */
interface Answer {
  readonly status: number;
  readonly from: 'door' | 'code';
}

async function ask(address: string, method: 'GET' | 'POST'): Promise<Answer> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const headers = method === 'POST' ? FORGED : {};
  const { status, headers: answered } = await fetch(address, { method, headers, redirect: 'manual', signal });
  return { status, from: answered.get('content-type')?.startsWith('text/html') ? 'door' : 'code' };
}

/** What is wrong with the receiver; undefined where nothing is. */
async function findWrongReceiver(address: string): Promise<string | undefined> {
  const got = await ask(address, 'GET');
  if (got.from === 'door') {
    return `${SHUT_DOOR} (Google answered ${got.status} before the code could): no notification arrives. Whether allUsers may have roles/run.invoker is a matter of the organisation's policy, see docs/decisions/0010-cloud-functions-resource.md`;
  }
  if (got.status !== 405) return `answered a GET with ${got.status}, expected 405: another program runs there`;
  const posted = await ask(address, 'POST');
  if (posted.from === 'code' && posted.status === 403) return undefined;
  return `answered a forged notification with ${posted.status} of ${posted.from === 'code' ? 'its own' : "Google's"}, expected 403 of its own`;
}

/** What is wrong with a deployment that asks for an identity. Google says 404 where it does not let a network in at all. */
async function findWrongDoor(address: string): Promise<string | undefined> {
  const { status, from } = await ask(address, 'POST');
  if (from === 'code') return `answered ${status} itself: its door is open to everybody`;
  return [401, 403, 404].includes(status) ? undefined : `Google answered ${status} for it, expected 401, 403 or 404`;
}

/** What is wrong with the function that browsers come to; undefined where nothing is. */
async function findWrongConnection(address: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const { status, headers } = await fetch(`${address}/start?ticket=forged`, { redirect: 'manual', signal });
  // Google's page for people is one of HTML, too, and has no such policy.
  if (!headers.has('content-security-policy'))
    return `${SHUT_DOOR}, or another program runs there (${status}): no user can connect. Whether allUsers may have roles/run.invoker is a matter of the organisation's policy, see docs/decisions/0010-cloud-functions-resource.md`;
  return status === 400 ? undefined : `answered a forged link with ${status}, expected 400`;
}

/** One line for each deployment that is missing or answers wrongly; none when all is well. */
export async function findWrongDoors(addresses: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const checks = new Map<string, (address: string) => Promise<string | undefined>>([
    ['receive-notification', findWrongReceiver],
    ...SHUT.map((name) => [name, findWrongDoor] as const),
    // Not every installation lets users connect.
    ...('connect-calendars' in addresses ? [['connect-calendars', findWrongConnection] as const] : []),
  ]);
  const findings = [...checks].map(async ([name, findWrong]) => {
    const address = addresses[name];
    if (typeof address !== 'string') return `${name}: not deployed`;
    try {
      const wrong = await findWrong(address);
      return wrong === undefined ? undefined : `${name}: ${wrong}`;
    } catch (error) {
      return `${name}: cannot be reached (${error instanceof Error ? error.message : 'no reason'})`;
    }
  });
  return (await Promise.all(findings)).filter((line) => line !== undefined);
}

/** How long a door may stay shut after it was opened: a grant of IAM takes minutes to be seen. */
export interface Patience {
  readonly forMs: number;
  readonly everyMs: number;
}

/** As `findWrongDoors`, which is asked again while a door is shut that is to be open, as it is just after the grant was made. */
export async function findWrongDoorsInTime(
  addresses: Readonly<Record<string, unknown>>,
  { forMs, everyMs }: Patience,
): Promise<readonly string[]> {
  const end = Date.now() + forMs;
  for (;;) {
    const wrong = await findWrongDoors(addresses);
    if (!wrong.some((line) => line.includes(SHUT_DOOR)) || Date.now() + everyMs > end) return wrong;
    await setTimeout(everyMs);
  }
}

if (import.meta.main) {
  const [, , path] = process.argv;
  if (path === undefined) throw new Error('say where the addresses are: node scripts/smoke-test.ts functions.json');
  const addresses: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const wrong = await findWrongDoorsInTime(Object(addresses), { forMs: 420_000, everyMs: 10_000 });
  process.stdout.write(wrong.length === 0 ? 'all answer as they should\n' : `${wrong.join('\n')}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
