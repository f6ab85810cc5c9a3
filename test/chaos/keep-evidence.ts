/** After a run with violations: what the functions logged, what the store, the calendars and the conference system hold, as files. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { REGISTERED } from '../simulation/settings.ts';
import type { ChaosWorld } from './open-world.ts';

/** Writes it; returns the folder. */
export async function keepEvidence({ processes, store, truth, calendar, conferences }: ChaosWorld): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-'));
  const write = (name: string, value: unknown): Promise<void> =>
    writeFile(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value, null, 1));
  for (const [index, { target, output }] of processes.entries()) await write(`${index}-${target}.log`, output);
  const told = conferences.list();
  const conferenceIds = [...new Set([...truth.conferenceIds(), ...told.map(({ id }) => id)])];
  const records = conferenceIds.map(async (id) => [
    id,
    conferenceKeyOf(id),
    await store.conference(conferenceKeyOf(id)),
  ]);
  await write('conferences.json', await Promise.all(records));
  await write('told.json', told);
  await write('carriers.json', truth.all());
  for (const id of REGISTERED) {
    const key = calendarKeyOf(id);
    await write(`${id}.json`, {
      record: await store.calendar(key),
      bindings: await store.bindingsOfCalendar(key, { after: null, limit: 1_000 }),
      events: calendar.events(id),
    });
  }
  return folder;
}
