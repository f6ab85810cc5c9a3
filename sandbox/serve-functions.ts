/** The five functions under the real functions framework, each behind its gate and with an HTTP server of its own on the loopback interface. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { connectCalendarsHandler } from '../functions/connect-calendars.ts';
import { guard } from '../functions/gate.ts';
import { manageCalendarsHandler } from '../functions/manage-calendars.ts';
import { receiveNotificationHandler } from '../functions/receive-notification.ts';
import { renewChannelsHandler } from '../functions/renew-channels.ts';
import { syncCalendarHandler, type WorkerServices } from '../functions/sync-calendar.ts';
import { FUNCTION_NAMES } from '../shared/config/settings.ts';
import type { ConnectionSetup } from '../shared/domain/ports.ts';
import { LOOPBACK, type SandboxPorts } from './sandbox-config.ts';
import type { WorkerSwitch } from './worker-switch.ts';

/** Listens on the ports of the functions; gives each server as soon as it listens, so that none is left open. @throws Error if a port is taken */
export async function* serveFunctions(
  services: WorkerServices,
  connections: ConnectionSetup,
  worker: WorkerSwitch,
  ports: SandboxPorts,
): AsyncGenerator<Server, void> {
  http('receiveNotification', receiveNotificationHandler(services));
  http('syncCalendar', worker.over(syncCalendarHandler(services)));
  http('renewChannels', renewChannelsHandler(services));
  http('manageCalendars', manageCalendarsHandler({ ...services, connections }));
  http('connectCalendars', connectCalendarsHandler({ ...services, ...connections }));
  for (const name of FUNCTION_NAMES) {
    const server = getTestServer(name);
    guard(server, name);
    server.listen(ports[name], LOOPBACK);
    await once(server, 'listening');
    yield server;
  }
}
