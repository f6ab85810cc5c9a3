/**
 * The test runner of the mutation tests, a plugin of Stryker. It loads the tests once, in Node's own loader, and switches
 * the mutants on and off in place; jest would load every module anew for each of some thousands.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InstrumenterContext } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { collect, root } from './jest-globals.ts';
import { judges } from './judges.ts';
import { type Ended, runTests } from './run-tests.ts';

declare global {
  /** Where the instrumented code looks for the mutant that is on, and counts what it meets. */
  var __stryker__: InstrumenterContext;
}

globalThis.__stryker__ ??= {};
const context = globalThis.__stryker__;
const globals = pathToFileURL(join(import.meta.dirname, 'jest-globals.ts')).href;

class InProcessRunner implements TestRunner {
  #isLoaded = false;

  /** Modules that were loaded stay: Stryker takes a new process for a mutant that acts while modules load. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    registerHooks({
      resolve: (specifier, found, next) =>
        specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, found),
    });
    // What a mutant leaves behind when its test is over must not end the process.
    process.on('unhandledRejection', () => undefined);
  }

  async dryRun({ disableBail }: DryRunOptions): Promise<DryRunResult> {
    await this.#load();
    const result = await this.#run(undefined, disableBail);
    return context.mutantCoverage === undefined ? result : { ...result, mutantCoverage: context.mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, mutantActivation, testFilter, disableBail, hitLimit } = options;
    delete context.activeMutant;
    if (mutantActivation === 'static') context.activeMutant = activeMutant.id;
    try {
      await this.#load();
    } catch (error) {
      return toMutantRunResult(completeOf([{ id: 'loading', ms: 0, failure: String(error) }]));
    }
    context.activeMutant = activeMutant.id;
    if (hitLimit === undefined) delete context.hitLimit;
    else context.hitLimit = hitLimit;
    if (hitLimit === undefined) delete context.hitCount;
    else context.hitCount = 0;
    const result = await this.#run(testFilter, disableBail);
    return toMutantRunResult(determineHitLimitReached(context.hitCount, context.hitLimit) ?? result);
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    // Stryker starts this process in the copy of the project that holds the mutants.
    const copy = join(process.cwd(), 'test');
    await import(pathToFileURL(join(copy, 'seed-fast-check.ts')).href);
    for (const file of judges(copy)) await collect(file, () => import(pathToFileURL(join(copy, file)).href));
  }

  async #run(chosen: readonly string[] | undefined, disableBail: boolean) {
    const ended = await runTests(root, {
      chosen: chosen === undefined ? undefined : new Set(chosen),
      stopsAtFailure: !disableBail,
      onTest: (id) => {
        if (id === undefined) delete context.currentTestId;
        else context.currentTestId = id;
      },
    });
    return completeOf(ended);
  }
}

function completeOf(ended: readonly Ended[]) {
  return {
    status: DryRunStatus.Complete as const,
    tests: ended.map(({ id, ms, failure }) => {
      const base = { id, name: id, timeSpentMs: ms };
      return failure === undefined
        ? { ...base, status: TestStatus.Success as const }
        : { ...base, status: TestStatus.Failed as const, failureMessage: failure };
    }),
  };
}

/** Read by Stryker. */
export const strykerPlugins = [
  declareFactoryPlugin(
    PluginKind.TestRunner,
    'in-process',
    Object.assign(() => new InProcessRunner(), { inject: [] as const }),
  ),
];
