/** The doctor on Firestore: that it answers, and that indexes and TTL policies are as the queries need them. */
import { StoreUnavailable } from '../../shared/domain/errors.ts';
import type { OpsServices } from '../ports.ts';
import { unlessSilent, whyOf } from '../status/look.ts';
import { APPLY, broken, type Finding, judged, unchecked, warning, well } from './finding.ts';

const ADVICE =
  'Check GOOGLE_CLOUD_PROJECT and FIRESTORE_DATABASE; else see https://status.cloud.google.com. The functions wait for it.';

/** Whether the database answers, however long that takes. @throws what is no StoreUnavailable */
export async function checkDatabase({ store, names }: OpsServices): Promise<Finding> {
  const check = `database ${names.database}`;
  try {
    await store.calendars({ after: null, limit: 1 });
    return well(check, 'answers');
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    const { cause } = error;
    const why = cause instanceof Error ? cause.message : error.message;
    // Says something of whoever asks, and nothing of the database.
    if (/PERMISSION_DENIED|UNAUTHENTICATED/.test(why)) {
      return unchecked(check, `you may not read it: ${why}`, 'It takes roles/datastore.user on this database.');
    }
    return broken(check, `it cannot be read: ${why}`, ADVICE);
  }
}

/** What is said of a database that stays silent. */
export function silentDatabase({ names }: OpsServices): Finding {
  return broken(`database ${names.database}`, 'it does not answer', ADVICE);
}

/** Whether the database answers, within the time of one fact. Never throws. */
export async function lookAtDatabase(services: OpsServices): Promise<Finding> {
  const silent = silentDatabase(services);
  try {
    return await unlessSilent(() => checkDatabase(services), silent);
  } catch (error) {
    return unchecked(silent.check, `it could not be checked: ${whyOf(error)}`);
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
