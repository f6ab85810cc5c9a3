/**
 * The suites that `npm test` leaves to `npm run test:long`, because each takes more than some ten seconds: those that play a whole
 * deployment, load it, explore thousands of cases or run terraform. They begin in this order, the longest first, so that no
 * processor waits at the end for one that began last.
 */
const SUITES = [
  'alerts/nights',
  'terraform/inputs',
  'chaos/chaos',
  'simulation/interleavings',
  'terraform/module',
  'ops/confsync-emulators',
  'deployed/platform',
  'simulation/defects',
  'http-api/contract',
  'load/receiver',
  'deployed/story',
  'adapters/store/firestore-store',
  'e2e/sandbox',
  'sandbox/console/console-page',
  'terraform/agreement',
  'terraform/policy',
  'terraform/repeat',
  'terraform/deployments',
  'terraform/two-installations',
  'ops/runbook/calendars',
  'simulation/stories',
  'simulation/commits',
  'sandbox/deliveries/own-receiver',
  'flow/sync/large-calendar',
  'security/command-line',
  'sandbox/recurrence/rule-starts',
  'ops/runbook/functions',
  'ops/runbook/queue',
  'ops/runbook/conference-system',
  'ops/runbook/channels',
  'ops/silent',
  'functions/drain',
  'adapters/silent-connection',
  'scripts/build',
  'add-on/hand-over',
  'security/receiver',
  'sandbox/console/connect-page',
  'ops/webhook/conformance',
  'security/connect',
  'add-on/connect-story',
  'adapters/queue/pubsub-queue',
  'simulator/package',
  'receiver/frameworks',
  'add-on/whole-story',
];

/** Patterns for jest, in the order of the suites. */
export const LONG = SUITES.map((name) => `/test/${name}\\.test\\.ts$`);
