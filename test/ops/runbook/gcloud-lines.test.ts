/** The lines of the runbook that begin with gcloud cannot be run here; gcloud itself says whether it would take them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { commandsIn, HEADINGS, textOf } from './section.ts';

const LINES = [...new Set(HEADINGS.flatMap((heading) => commandsIn(textOf(heading))))].filter((line) =>
  line.startsWith('gcloud '),
);

/** What gcloud says of one command line. */
interface Judgement {
  readonly success: boolean;
}

/** One for each line, in the same order; gcloud takes seconds to start, so it is asked once. */
function judge(lines: readonly string[]): readonly Judgement[] {
  const folder = mkdtempSync(join(tmpdir(), 'gcloud-'));
  const file = join(folder, 'commands.txt');
  try {
    const filled = lines.map((line) =>
      line.replaceAll('"$GOOGLE_CLOUD_PROJECT"', 'p').replaceAll('"$CONFSYNC_REGION"', 'europe-west1'),
    );
    // It looks for commands in the fenced blocks of a text.
    writeFileSync(file, filled.map((line) => ['```sh', line, '```', ''].join('\n')).join('\n'));
    const words = ['meta', 'lint-gcloud-commands', `--commands-text-file=${file}`];
    return JSON.parse(spawnSync('gcloud', words, { encoding: 'utf8' }).stdout) as readonly Judgement[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const hasGcloud = spawnSync('gcloud', ['--version']).error === undefined;
const tested = hasGcloud ? test : test.skip;

tested(
  `gcloud takes the ${LINES.length} gcloud lines of the runbook${hasGcloud ? '' : ' (no gcloud on this machine)'}`,
  () => {
    const typo = 'gcloud scheduler jobs resum renew-channels --project=p';
    const judged = judge([...LINES, typo]).map(({ success }, index) => [[...LINES, typo][index], success]);
    expect(judged).toEqual([...LINES.map((line) => [line, true]), [typo, false]]);
  },
  120_000,
);
