/** The job of Cloud Scheduler that calls renew-channels. Found by its name in one region, or in all of them if none is named. */
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import type { JobFacts, Reading } from '../ports.ts';
import { mayNot } from './cloud-api.ts';
import { CODES, codeOf } from './pubsub-clients.ts';

/** Reads the job of this short name. Never throws. */
export async function readJob(projectId: string, region: string | undefined, name: string): Promise<Reading<JobFacts>> {
  const client = new CloudSchedulerClient({ projectId });
  try {
    const regions = region === undefined ? await regionsOf(client, projectId) : [region];
    for (const one of await Promise.all(
      regions.map((where) => read(client, client.jobPath(projectId, where, name), where)),
    )) {
      if (one.kind !== 'absent') return one;
    }
    return { kind: 'absent' };
  } catch (error) {
    return { kind: 'unreadable', why: `Cloud Scheduler: ${textOf(error)}` };
  } finally {
    await client.close().catch(() => undefined);
  }
}

async function regionsOf(client: CloudSchedulerClient, projectId: string): Promise<string[]> {
  const regions: string[] = [];
  for await (const { locationId } of client.listLocationsAsync({ name: `projects/${projectId}` })) {
    if (typeof locationId === 'string') regions.push(locationId);
  }
  return regions;
}

async function read(client: CloudSchedulerClient, name: string, region: string): Promise<Reading<JobFacts>> {
  try {
    const [job] = await client.getJob({ name });
    return { kind: 'known', fact: factsOf(job, region) };
  } catch (error) {
    if (codeOf(error) === CODES.notFound) return { kind: 'absent' };
    return { kind: 'unreadable', why: `Cloud Scheduler: ${textOf(error)}` };
  }
}

/** As the generated client gives it. */
interface Job {
  readonly state?: unknown;
  readonly schedule?: string | null;
  readonly lastAttemptTime?: { readonly seconds?: unknown } | null;
  readonly httpTarget?: { readonly oidcToken?: { readonly serviceAccountEmail?: string | null } | null } | null;
  readonly status?: { readonly code?: number | null; readonly message?: string | null } | null;
}

/** Exported for its test. */
export function factsOf({ state, schedule, lastAttemptTime, status, httpTarget }: Job, region: string): JobFacts {
  const code = status?.code ?? 0;
  return {
    region,
    state: stateOf(state),
    schedule: schedule ?? '',
    lastAttemptAt: lastAttemptTime?.seconds == null ? null : Number(lastAttemptTime.seconds) * 1_000,
    lastError: code === 0 ? null : `${status?.message || 'no answer'} (gRPC code ${code})`,
    account: httpTarget?.oidcToken?.serviceAccountEmail || null,
  };
}

/** Names or numbers: https://cloud.google.com/scheduler/docs/reference/rpc/google.cloud.scheduler.v1#state */
function stateOf(state: unknown): JobFacts['state'] {
  switch (state) {
    case 'ENABLED':
    case 1:
      return 'enabled';
    case 'PAUSED':
    case 2:
      return 'paused';
    case 'DISABLED':
    case 3:
      return 'disabled';
    default:
      return 'broken';
  }
}

function textOf(error: unknown): string {
  if (codeOf(error) === CODES.permissionDenied) return mayNot('roles/cloudscheduler.viewer');
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
