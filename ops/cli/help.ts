/** The help texts, made from what the commands say of themselves. */
import type { Command, Flag } from './command.ts';
import { CHANGING_FLAGS, COMMON_FLAGS } from './read-command-line.ts';

/** The page that `confsync --help` shows. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ help }) => [titleOf(help.path, help.parameters), help.summary] as const);
  const width = Math.max(...rows.map(([title]) => title.length));
  return [
    'confsync: look after calendar-conference-sync at night.',
    '',
    'Usage: confsync COMMAND [ARGUMENTS] [--json] [--env-file FILE]',
    '',
    ...rows.map(([title, summary]) => `  ${title.padEnd(width)}  ${summary}`),
    '',
    'The configuration is that of the functions: the same environment variables and the same credentials. With',
    'FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST it works on emulators.',
    '',
    'Exit codes: 0 fine, 1 failed, 2 wrong usage or configuration, 3 unhealthy (status, doctor, webhook test).',
    'Results are on standard output, everything else on standard error. `confsync COMMAND --help` has examples.',
    '',
  ].join('\n');
}

/** The page of one command. */
export function page({ help }: Command): string {
  const flags = Object.entries({ ...help.flags, ...(help.isChanging === true && CHANGING_FLAGS), ...COMMON_FLAGS });
  const titles = flags.map(([name, flag]) => flagTitle(name, flag));
  const width = Math.max(...titles.map((title) => title.length));
  return [
    `confsync ${help.path.join(' ')}: ${help.summary}`,
    '',
    `Usage: confsync ${titleOf(help.path, help.parameters)} [FLAGS]`,
    ...(help.more === undefined ? [] : ['', help.more]),
    '',
    'Flags:',
    ...flags.map(([, flag], index) => `  ${(titles[index] ?? '').padEnd(width)}  ${flag.help}`),
    '',
    'Examples:',
    ...help.examples.flatMap(([line, meaning]) => [`  # ${meaning}`, `  ${line}`]),
    '',
  ].join('\n');
}

function titleOf(path: readonly string[], parameters: string | undefined): string {
  return [...path, ...(parameters === undefined ? [] : [parameters])].join(' ');
}

function flagTitle(name: string, { value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}
