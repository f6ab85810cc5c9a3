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

/** W3C `traceparent`: version-trace-span-flags. */
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-/;
/** Google's own `X-Cloud-Trace-Context`: TRACE/SPAN;o=1. */
const TRACE_CONTEXT = /^([0-9a-f]{32})(?:\/|$)/;

function traceOf({ headers }: Request): string | undefined {
  return firstGroup(TRACE_PARENT, headers.traceparent) ?? firstGroup(TRACE_CONTEXT, headers['x-cloud-trace-context']);
}

function firstGroup(pattern: RegExp, header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? pattern.exec(header)?.[1] : undefined;
}
