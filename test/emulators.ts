/**
 * What tests need to know of the emulators: whether there are any (jest's global set-up has looked and started them), and a project
 * of their own in them.
 */
import { randomUUID } from 'node:crypto';
import { describe, test } from '@jest/globals';
import { type EmulatorName, HOST_VARIABLES } from '../sandbox/emulators/find-emulators.ts';
import { ABSENCE_VARIABLE } from './absence.ts';

/** `host:port` of each emulator that a suite asked for. */
export type EmulatorHosts<Name extends EmulatorName> = Readonly<Record<Name, string>>;

/**
 * A suite that needs emulators. Where one of them is missing, the suite is shown as skipped, with the reason in its name, and its body
 * is not run.
 */
export function describeWithEmulators<Name extends EmulatorName>(
  title: string,
  names: readonly Name[],
  body: (hosts: EmulatorHosts<Name>) => void,
): void {
  const hosts = emulatorHosts(names);
  if (hosts !== undefined) {
    describe(title, () => body(hosts));
    return;
  }
  const reason = process.env[ABSENCE_VARIABLE] ?? 'the global set-up of the tests was not run';
  describe.skip(`${title} (no emulators: ${reason})`, () => {
    test('needs the emulators', () => undefined);
  });
}

/** The hosts of the emulators asked for, or undefined if one of them is missing. */
export function emulatorHosts<Name extends EmulatorName>(names: readonly Name[]): EmulatorHosts<Name> | undefined {
  const hosts: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const host = process.env[HOST_VARIABLES[name]];
    if (host === undefined || host === '') return undefined;
    hosts[name] = host;
  }
  // Every name has got its host above.
  return hosts as EmulatorHosts<Name>;
}

/** A project id that no other test uses, so that suites do not see each other's data. */
export function newProjectId(): string {
  return `test-${randomUUID().slice(0, 18)}`;
}
