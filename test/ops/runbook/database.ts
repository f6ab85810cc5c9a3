/** What a play does to the database behind the back of the service: a record that nobody can read, and a backup that is restored. */
import type { DocumentData, DocumentReference } from '@google-cloud/firestore';
import { openDatabase } from '../../../shared/adapters/firestore/open-database.ts';
import type { EmulatedWorld } from '../emulated-world.ts';

type Database = ReturnType<typeof openDatabase>;

async function withDatabase<Result>(
  world: EmulatedWorld,
  act: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase({ projectId: world.projectId, host: world.env.FIRESTORE_EMULATOR_HOST }, 10_000);
  try {
    return await act(database);
  } finally {
    await database.terminate();
  }
}

/** Makes the document of this path unreadable; what comes back mends it. */
export function corrupt(world: EmulatedWorld, path: string): Promise<() => Promise<void>> {
  return withDatabase(world, async (database) => {
    const before = (await database.doc(path).get()).data();
    if (before === undefined) throw new Error(`${path} is not there`);
    await database.doc(path).set({ ...before, generation: 'of a later version' });
    return () => withDatabase(world, async (later) => void (await later.doc(path).set(before)));
  });
}

/** Makes a backup of all documents; what comes back restores it. */
export function backUp(world: EmulatedWorld): Promise<() => Promise<void>> {
  return withDatabase(world, async (database) => {
    const backup = await readAll(database);
    return () =>
      withDatabase(world, async (later) => {
        for (const path of (await readAll(later)).keys()) if (!backup.has(path)) await later.doc(path).delete();
        for (const [path, data] of backup) await later.doc(path).set(data);
      });
  });
}

async function readAll(database: Database): Promise<ReadonlyMap<string, DocumentData>> {
  const found = new Map<string, DocumentData>();
  const read = async (parent: Database | DocumentReference): Promise<void> => {
    for (const collection of await parent.listCollections()) {
      for (const document of (await collection.get()).docs) {
        found.set(document.ref.path, document.data());
        await read(document.ref);
      }
    }
  };
  await read(database);
  return found;
}
