/**
 * The thread in which one execution of a script runs: fresh globals, all files of the project in one global scope, one function called.
 * What it returns goes back as data.
 */
import { createContext, runInContext } from 'node:vm';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ConferenceData } from './conference-data.ts';
import { HtmlOutput, scriptGlobals } from './script-globals.ts';
import type { ScriptStart, ServiceAnswer, ServiceName } from './script-messages.ts';
import type { ScriptResult } from './script-result.ts';

const start: ScriptStart = workerData;

function ask(service: ServiceName, ...args: unknown[]): unknown {
  Atomics.store(start.signal, 0, 0);
  // Values of the script's own realm are copied as JSON would: a function in them is a mistake of the script.
  start.port.postMessage({ service, args: JSON.parse(JSON.stringify(args)) });
  Atomics.wait(start.signal, 0, 0);
  const answer: ServiceAnswer = receiveMessageOnPort(start.port)?.message;
  if ('exception' in answer) throw new Error(answer.exception);
  return answer.value;
}

function run(): ScriptResult {
  const context = createContext(scriptGlobals(ask));
  try {
    for (const { name, text } of start.files) runInContext(text, context, { filename: name });
    const called: unknown = runInContext(
      `typeof ${start.functionName} === 'function' && ${start.functionName}`,
      context,
    );
    if (typeof called !== 'function') {
      return { kind: 'exception', message: `Script function not found: ${start.functionName}` };
    }
    const result: unknown = called(start.argument);
    if (result instanceof ConferenceData) return { kind: 'conference-data', data: result.data };
    if (result instanceof HtmlOutput) return { kind: 'html', html: result.getContent() };
    return { kind: 'value', value: result };
  } catch (error) {
    return { kind: 'exception', message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(run());
