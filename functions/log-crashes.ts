/**
 * What nobody caught ends the process: the functions framework answers the newest request with 500 and exits with code 16. Before that
 * the log gets one line that an alert can count; what the framework itself prints is text without a severity.
 */
import type { Log } from '../shared/domain/ports.ts';

/** Logs each exception and each rejection that nobody caught, and changes nothing else about how the process ends. */
export function logCrashes(log: Log): void {
  // It is called before any handler: https://nodejs.org/api/process.html#event-uncaughtexceptionmonitor.
  process.on('uncaughtExceptionMonitor', (error) => log.write({ line: 'crash', error }));
  // From here on a rejection goes the same way as an exception.
  process.on('unhandledRejection', (reason) => {
    throw reason instanceof Error ? reason : new Error(`rejected with a ${typeof reason} that is no error`);
  });
}
