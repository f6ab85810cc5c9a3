/**
 * Log lines as Cloud Logging reads them: one JSON object a line, https://cloud.google.com/logging/docs/structured-logging.
 * Errors are shown by name, stack and cause; Error Reporting finds those by their stack.
 */
import type { LogLine } from '../../domain/log-line.ts';
import type { Log } from '../../domain/ports.ts';

/** Severities of Cloud Logging that we use. */
export type Severity = 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'CRITICAL';

/** What the log needs from its process. */
export interface JsonLogOptions {
  /** Takes one line of text, without its end. */
  readonly print: (text: string) => void;
  /** The trace of the request that is being worked on, as `projects/P/traces/ID`. */
  readonly trace?: () => string | undefined;
}

/** A log of JSON lines. */
export function createJsonLog({ print, trace }: JsonLogOptions): Log {
  return {
    write(line) {
      const entry: Record<string, unknown> = { severity: severityOf(line), message: messageOf(line), ...line };
      if ('error' in line) Object.assign(entry, shownError(line.error));
      // Left out of the text where it is undefined.
      entry['logging.googleapis.com/trace'] = trace?.();
      print(JSON.stringify(entry));
    },
  };
}

/** How loud a line is: CRITICAL ended the process, ERROR wants a person, WARNING is worth a look when something else is wrong too. */
export function severityOf(line: LogLine): Severity {
  switch (line.line) {
    case 'crash':
      return 'CRITICAL';
    case 'failure':
    case 'dead-letter':
      return 'ERROR';
    case 'notification':
      return line.outcome === 'queue-unavailable' ? 'ERROR' : line.outcome === 'refused' ? 'NOTICE' : 'INFO';
    case 'delivery':
    case 'notice':
      return severityOfDelivery(line.outcome);
    case 'calendar-status':
      return line.status === 'active' || line.status === 'paused' ? 'NOTICE' : 'WARNING';
    case 'breaker':
      return line.outcome === 'opened' ? 'WARNING' : 'NOTICE';
    case 'connection':
      return line.outcome === 'disconnected' ? 'WARNING' : 'NOTICE';
    case 'connect':
      return line.outcome === 'refused' ? 'NOTICE' : 'INFO';
    case 'token-rejected':
    case 'leads-handed-on':
    case 'unreadable-record':
      return 'WARNING';
    case 'channel':
      return line.outcome === 'failed' || line.outcome === 'stop-failed' ? 'WARNING' : 'INFO';
    case 'write-back':
      return line.outcome === 'refused' || line.outcome === 'unavailable' ? 'WARNING' : 'INFO';
    case 'renewal-run':
      return line.failed > 0 ? 'WARNING' : 'INFO';
    case 'sync':
      return line.outcome === 'postponed' || line.outcome === 'parked' || line.outcome === 'put-off'
        ? 'WARNING'
        : 'INFO';
    case 'conference':
    case 'look-elsewhere':
    case 'shadow-delivery':
    case 'shadow-notice':
    case 'manage':
      return 'INFO';
  }
}

function severityOfDelivery(outcome: Extract<LogLine, { readonly line: 'delivery' }>['outcome']): Severity {
  switch (outcome) {
    case 'done':
      return 'INFO';
    case 'transient':
    case 'unknown-conference':
      return 'WARNING';
    case 'endpoint-gone':
    case 'key-refused':
    case 'refused':
    case 'gave-up':
      return 'ERROR';
  }
}

function messageOf(line: LogLine): string {
  return 'outcome' in line ? `${line.line}: ${line.outcome}` : line.line;
}

/** The text of a cause can hold addresses and URLs of others, so only its name and code are shown. */
function shownError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { cause } = error;
  return {
    error: error.name,
    stack_trace: error.stack,
    ...(cause instanceof Error && { cause: { name: cause.name, ...('code' in cause && { code: cause.code }) } }),
  };
}
