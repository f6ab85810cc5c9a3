/**
 * A deadline for Google's metadata server, which gives the process its own access tokens. Where Google's client believes to be on Google
 * Cloud it sets none and lets every caller wait for the one request that is under way: one answer that never comes, and the process
 * speaks to no Google service any more (gcp-metadata, `requestTimeout`).
 */
import { setGCPResidency } from 'gcp-metadata';

/**
 * Gives each request to the metadata server three seconds, for all of Google's clients in this process. To be called before any of them is
 * used. Does nothing outside of Cloud Run.
 */
export function boundMetadataRequests(env: NodeJS.ProcessEnv): void {
  if (env.K_SERVICE === undefined) return;
  // The client is told what it would find out by asking, so that it does not ask.
  env.METADATA_SERVER_DETECTION ??= 'assume-present';
  // The deadline is what it has for other places than Google Cloud.
  setGCPResidency(false);
}
