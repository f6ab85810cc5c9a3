/** Completion scripts for shells, made from the table of commands: words and flags, nothing that needs the network. */
import type { Command } from './command.ts';
import { flagsOf } from './read-command-line.ts';

/** Shells that have a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
/** See SHELLS. */
export type Shell = (typeof SHELLS)[number];

/** What can follow each beginning of a command line: `''` for the first word. */
function continuations(commands: readonly Command[]): ReadonlyMap<string, readonly string[]> {
  const after = new Map<string, string[]>();
  const add = (path: readonly string[], word: string): void => {
    const key = path.join(' ');
    const words = after.get(key) ?? [];
    if (!words.includes(word)) words.push(word);
    after.set(key, words);
  };
  for (const command of commands) {
    const { path } = command.help;
    for (const [index, word] of path.entries()) add(path.slice(0, index), word);
    for (const flag of Object.keys(flagsOf(command))) add(path, `--${flag}`);
    if (path[0] === 'completion') for (const shell of SHELLS) add(path, shell);
  }
  return after;
}

/** The script for this shell. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  const after = continuations(commands);
  switch (shell) {
    case 'bash':
      return bash(after);
    case 'zsh':
      return zsh(after);
    case 'fish':
      return fish(after);
  }
}

function cases(after: ReadonlyMap<string, readonly string[]>): string[] {
  return [...after].map(([path, words]) => `    '${path}') words='${words.join(' ')}' ;;`);
}

function bash(after: ReadonlyMap<string, readonly string[]>): string {
  return [
    '# confsync completion for bash. Try: source <(confsync completion bash)',
    '_confsync() {',
    "  local words='' path=''",
    '  local i',
    '  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do',
    `    case "\${COMP_WORDS[i]}" in -*) break ;; esac`,
    `    path="\${path:+$path }\${COMP_WORDS[i]}"`,
    '  done',
    '  case "$path" in',
    ...cases(after),
    // After the calendar ID of a one-word command the flags of that command are still what can follow.
    `    *) case "\${path%% *}" in`,
    ...[...after]
      .filter(([path]) => path !== '' && !path.includes(' '))
      .map(([path, words]) => `      '${path}') words='${words.join(' ')}' ;;`),
    '    esac ;;',
    '  esac',
    `  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))`,
    '}',
    'complete -o default -F _confsync confsync',
    '',
  ].join('\n');
}

function zsh(after: ReadonlyMap<string, readonly string[]>): string {
  return [
    '#compdef confsync',
    '# confsync completion for zsh. Try: source <(confsync completion zsh)',
    '_confsync() {',
    `  local given="\${(j: :)words[2,$((CURRENT - 1))]}" words_next=''`,
    '  case "$given" in',
    ...[...after]
      // The longest beginning that fits decides.
      .sort(([a], [b]) => b.length - a.length)
      .map(([path, next]) => `    ${path === '' ? "''" : `'${path}'*`}) words_next='${next.join(' ')}' ;;`),
    '  esac',
    `  compadd -- \${=words_next}`,
    '}',
    'compdef _confsync confsync',
    '',
  ].join('\n');
}

function fish(after: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...after].flatMap(([path, words]) => {
    const names = path === '' ? [] : path.split(' ');
    const condition =
      names.length === 0
        ? '__fish_use_subcommand'
        : names.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');
    return words.map((word) =>
      word.startsWith('--')
        ? `complete -c confsync -n '${condition}' -l ${word.slice(2)}`
        : `complete -c confsync -n '${condition}' -a ${word}`,
    );
  });
  return [
    '# confsync completion for fish. Try: confsync completion fish | source',
    'complete -c confsync -f',
    ...lines,
    '',
  ].join('\n');
}
