/** The help texts, made from what the commands say of themselves. */
import type { Command, Flag } from './command.ts';
import { flagsOf } from './read-command-line.ts';

/** The page that `confsync --help` shows. */
export function overview(commands: readonly Command[]): string {
  return [
    'confsync: look after calendar-conference-sync at night.',
    '',
    'Usage: confsync [--project ID] [--json] COMMAND [ARGUMENTS] [FLAGS]',
    '',
    ...listed(commands),
    '',
    'The configuration is that of the functions: the same environment variables and the same credentials. --project, --database, --topic',
    'and --region win over the environment, which wins over the file of --config. With FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST it',
    'works on emulators. These flags and --json may stand in front of the command or behind it, all others behind it.',
    '',
    'Exit codes: 0 fine, 1 failed, 2 wrong usage or configuration, 3 unhealthy (status, doctor, webhook test), 4 nothing bad was seen, and not',
    'everything could be seen (status, doctor).',
    'Results are on standard output, everything else on standard error. `confsync COMMAND --help` has examples.',
    '',
  ].join('\n');
}

/** The page of the commands that begin with this word. */
export function groupPage(noun: string, commands: readonly Command[]): string {
  return [
    `Usage: confsync ${noun} COMMAND [ARGUMENTS]`,
    '',
    ...listed(commands.filter(({ help }) => help.path[0] === noun)),
    '',
    `\`confsync ${noun} COMMAND --help\` has flags and examples.`,
    '',
  ].join('\n');
}

/** The page of one command. */
export function page(command: Command): string {
  const { help } = command;
  const flags = Object.entries(flagsOf(command));
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

function listed(commands: readonly Command[]): readonly string[] {
  const rows = commands.map(({ help }) => [titleOf(help.path, help.parameters), help.summary] as const);
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, summary]) => `  ${title.padEnd(width)}  ${summary}`);
}

function titleOf(path: readonly string[], parameters: string | undefined): string {
  return [...path, ...(parameters === undefined ? [] : [parameters])].join(' ');
}

function flagTitle(name: string, { value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}
