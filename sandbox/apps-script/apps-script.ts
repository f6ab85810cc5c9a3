/**
 * A script project of Apps Script, run from its real files: each call of a function is an execution of its own, in a thread of its
 * own, and blocks in every service call as it does at Google. Properties, cache, triggers and quotas last from one execution to the next.
 */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { ScriptStart, ServiceAnswer, ServiceCall } from './script-messages.ts';
import type { ScriptResult } from './script-result.ts';
import { type ScriptOutside, ScriptServices } from './script-services.ts';

/** A file of the project. */
export type ScriptFile = ScriptStart['files'][number];

/** Where an execution dies: at its n-th call of a service, counted from 1, before the call takes effect or after. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** "Script runtime: 6 min / execution", https://developers.google.com/apps-script/guides/services/quotas */
const RUNTIME_MAX_MS = 6 * 60_000;
const THREAD = new URL('./script-thread.ts', import.meta.url);

/** See the file's head. */
export class AppsScript {
  readonly services: ScriptServices;
  readonly #files: readonly ScriptFile[];

  constructor(files: readonly ScriptFile[], outside: ScriptOutside) {
    this.#files = files;
    this.services = new ScriptServices(outside);
  }

  /** Calls a function of the project. Never rejects for what the script does. */
  async run(functionName: string, argument: unknown = {}, death?: Death): Promise<ScriptResult> {
    const { port1: ours, port2: port } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const start: ScriptStart = { files: this.#files, functionName, argument, port, signal };
    const worker = new Worker(THREAD, { workerData: start, transferList: [port] });
    try {
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve({ kind: 'died' }), RUNTIME_MAX_MS);
        let calls = 0;
        ours.on('message', async (call: ServiceCall) => {
          const isLast = ++calls === death?.call;
          if (isLast && death?.when === 'before') return resolve({ kind: 'died' });
          const answer = await this.#answer(call);
          if (isLast) return resolve({ kind: 'died' });
          ours.postMessage(answer);
          Atomics.store(signal, 0, 1);
          Atomics.notify(signal, 0);
        });
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', () => clearTimeout(timer));
      });
    } finally {
      ours.close();
      await worker.terminate();
    }
  }

  /** What happens when the user's browser comes back from a login. @throws Error for an address that does not lead into the script */
  openWayBack(address: string): Promise<ScriptResult> {
    const { method, argument } = this.services.callbackOf(address);
    return this.run(method, argument);
  }

  async #answer(call: ServiceCall): Promise<ServiceAnswer> {
    try {
      return { value: await this.services.answer(call) };
    } catch (error) {
      return { exception: error instanceof Error ? error.message : String(error) };
    }
  }
}
