/**
 * manageCalendars twice: as `npm start` serves it, and as it is deployed, the built archive under the functions framework. Both ask the
 * sandbox's simulated Calendar.
 */
import { DeployedFunction } from '../deployed/deployed-function.ts';
import { installArchive } from '../deployed/install-archive.ts';
import { StartedSandbox } from '../e2e/started-sandbox.ts';

/** Place of manageCalendars in the sandbox's block of ports. */
const MANAGE_PLACE = 4;

/** Both servers. */
export interface BothServers {
  readonly sandbox: string;
  readonly deployed: string;
  close(): Promise<void>;
}

/** Starts both. @throws Error with what a server printed that does not start */
export async function startBoth(): Promise<BothServers> {
  const [sandbox, archive] = await Promise.all([StartedSandbox.start([]), installArchive()]);
  const env = {
    STATE_STORE: 'memory',
    WORK_QUEUE: 'memory',
    CALENDAR_AUTH: 'none',
    CALENDAR_API_ROOT: sandbox.address(0),
    OAUTH_API_ROOT: sandbox.address(0),
    OAUTH_CLIENT_SECRET: 'sandbox-client-secret',
    CONNECTION_KEYS: Buffer.alloc(32, 'deployment').toString('base64'),
    CHANNEL_TOKEN_KEYS: 'the channel token key of the deployment',
  };
  const deployed = await DeployedFunction.start({ archive, deployment: 'manage-calendars', env });
  return {
    sandbox: sandbox.address(MANAGE_PLACE),
    deployed: deployed.url,
    async close() {
      await Promise.all([sandbox.stop(), deployed.kill()]);
      await archive.remove();
    },
  };
}
