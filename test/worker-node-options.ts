/** How Node is started where a worker's memory is measured: as `terraform/functions.tf` starts it. */
export const WORKER_NODE_OPTIONS: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=8'];
