/** `DELIVERY=shadow npm start`: an edit is followed to the log, and the conference system hears nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { LogLine } from '../../../shared/domain/log-line.ts';
import { runSandboxSomewhere } from '../console/free-ports.ts';

const OWN = 'alice@example.com';

test('a conference that is made is only said in the log', async () => {
  const lines: LogLine[] = [];
  const log = { write: (line: LogLine) => void lines.push(line) };
  const sandbox = await runSandboxSomewhere({ hasEmulators: false, imports: [], env: { DELIVERY: 'shadow' }, log });
  try {
    const call = async (method: string, path: string, body?: object): Promise<unknown> => {
      const headers = { 'content-type': 'application/json' };
      const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
      return (await fetch(`http://127.0.0.1:${sandbox.ports.console}${path}`, init)).json();
    };
    const wish = { calendarId: OWN, eventId: 'plan0000', solutionName: 'My Web Conference' };
    const added = await call('POST', '/console/add-on/conferences', wish);
    await call('POST', `/calendar/v3/calendars/${OWN}/events?conferenceDataVersion=1`, {
      id: wish.eventId,
      summary: 'Plan',
      start: { dateTime: '2027-03-01T10:00:00Z' },
      end: { dateTime: '2027-03-01T11:00:00Z' },
      ...(typeof added === 'object' && added),
    });
    const said = () => lines.find((line) => line.line === 'shadow-delivery');
    for (const deadline = Date.now() + 15_000; said() === undefined && Date.now() < deadline; ) await sleep(50);
    expect(said()).toMatchObject({ type: 'conference.updated', changed: expect.arrayContaining(['title']) });
    expect(await call('GET', '/conference/conferences')).toEqual([]);
  } finally {
    await sandbox.close();
  }
}, 60_000);
