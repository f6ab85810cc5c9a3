/** The simulator as others have it: built, packed, and installed from its tarball into an empty folder, without a network. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const NAME = 'calendar-conference-sync-simulator';

/** A folder in which the simulator can be imported, and `googleapis` beside it. */
export interface Installed {
  readonly folder: string;
  /** The program that `npx calendar-simulator` runs. */
  readonly program: string;
  /** Writes a file into the folder and lets Node run it. */
  run(name: string, text: string): SpawnSyncReturns<string>;
  remove(): void;
}

/** @throws Error with npm's or the build's own words */
export function installSimulator(): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'calendar-simulator-'));
  const source = join(folder, 'source');
  mkdirSync(source);
  for (const file of ['package.json', 'README.md']) cpSync(join(ROOT, 'simulator', file), join(source, file));
  must(process.execPath, [join(ROOT, 'simulator/build.ts'), join(source, 'dist')], folder);
  const packed = must('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], source);
  const home = join(folder, 'empty');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{"private": true}\n');
  must(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.trim().split('\n').at(-1) ?? '')],
    home,
  );
  symlinkSync(join(ROOT, 'node_modules/googleapis'), join(home, 'node_modules/googleapis'));
  return {
    folder: home,
    program: join(home, 'node_modules', NAME, 'dist/esm/cli.js'),
    run(name, text) {
      writeFileSync(join(home, name), text);
      return spawnSync(process.execPath, [name], { cwd: home, encoding: 'utf8' });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function must(command: string, args: readonly string[], cwd: string): string {
  const run = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${run.error ?? ''}${run.stdout}${run.stderr}`);
  return run.stdout;
}
