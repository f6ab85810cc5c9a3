/** The doctor on Firestore: that it answers, and that indexes and TTL policies are as the queries need them. */
import { StoreUnavailable } from '../../shared/domain/errors.ts';
import type { OpsServices } from '../ports.ts';
import { broken, type Finding, judged, warning, well } from './finding.ts';

const APPLY = 'Run `terraform apply`: it is part of the module.';

export async function checkDatabase({ store, names }: OpsServices): Promise<readonly Finding[]> {
  const check = `database ${names.database}`;
  try {
    await store.calendars({ after: null, limit: 1 });
    return [well(check, 'answers')];
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    const { cause } = error;
    const why = cause instanceof Error ? cause.message : error.message;
    return [
      broken(
        check,
        `it cannot be read: ${why}`,
        'Check GOOGLE_CLOUD_PROJECT, FIRESTORE_DATABASE, and that you hold roles/datastore.user.',
      ),
    ];
  }
}

export async function checkIndexes({ installation, databaseNeeds }: OpsServices): Promise<readonly Finding[]> {
  const check = 'indexes';
  const reading = await installation.indexes();
  return judged(check, reading, broken(check, 'the database has none', APPLY), (found) => {
    const findings = databaseNeeds.indexes.flatMap(({ collectionGroup, queryScope, fieldPaths }) => {
      const what = `${collectionGroup} (${fieldPaths.join(', ')})`;
      const index = found.find(
        (one) =>
          one.collectionGroup === collectionGroup &&
          one.queryScope === queryScope &&
          one.fieldPaths.join() === fieldPaths.join(),
      );
      if (index === undefined) return [broken(check, `${what} is missing: its query fails`, APPLY)];
      return index.isReady ? [] : [warning(check, `${what} is still being built`, 'Wait; its query fails until then.')];
    });
    return findings.length === 0 ? [well(check, `all ${databaseNeeds.indexes.length} are ready`)] : findings;
  });
}

export async function checkTtl({ installation, databaseNeeds }: OpsServices): Promise<readonly Finding[]> {
  const check = 'TTL';
  const readings = await Promise.all(
    databaseNeeds.ttl.map(({ collectionGroup, fieldPath }) => installation.hasTtl(collectionGroup, fieldPath)),
  );
  const missing = databaseNeeds.ttl.filter((_, index) => {
    const reading = readings[index];
    return reading?.kind === 'absent' || (reading?.kind === 'known' && !reading.fact);
  });
  const blind = readings.find((reading) => reading.kind === 'unreadable');
  if (missing.length > 0) {
    return missing.map(({ collectionGroup, fieldPath }) =>
      warning(check, `${collectionGroup}.${fieldPath} has no policy: what is over is never removed`, APPLY),
    );
  }
  return blind === undefined
    ? [well(check, 'what is over is removed')]
    : judged(check, blind, well(check, ''), () => []);
}
