/** The trace that a request belongs to, so that its log lines stand together in Cloud Logging. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpFunction, Request } from '@google-cloud/functions-framework';

const traces = new AsyncLocalStorage<string>();

/** The trace id of the request that is being worked on. */
export function currentTrace(): string | undefined {
  return traces.getStore();
}

/** The handler, with its log lines tied to the trace of the request, where it has one. */
export function traced(handler: HttpFunction): HttpFunction {
  return (request, response) => {
    const trace = traceOf(request);
    return trace === undefined ? handler(request, response) : traces.run(trace, () => handler(request, response));
  };
}

/** From W3C `traceparent` (version-trace-span-flags) or else Google's `X-Cloud-Trace-Context` (TRACE/SPAN;o=1). */
function traceOf(request: Request): string | undefined {
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(request.get('traceparent') ?? '');
  const context = /^([0-9a-f]{32})(?:\/|$)/.exec(request.get('x-cloud-trace-context') ?? '');
  return parent?.[1] ?? context?.[1];
}
