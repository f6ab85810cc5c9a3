/** confsync completion: prints the completion script of a shell. */
import type { Command, Given } from '../cli/command.ts';
import { completionScript, SHELLS } from '../cli/completion.ts';
import { UsageError } from '../cli/errors.ts';

/** The command, over the table that it is part of; it opens nothing. */
export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    kind: 'offline',
    help: {
      path: ['completion'],
      summary: 'completion script for a shell',
      parameters: SHELLS.join('|'),
      examples: [
        ['source <(confsync completion bash)', 'in ~/.bashrc'],
        ['source <(confsync completion zsh)', 'in ~/.zshrc, after compinit'],
        ['confsync completion fish | source', 'in ~/.config/fish/config.fish'],
      ],
    },
    prepare({ parameters }: Given) {
      const [word] = parameters;
      const shell = SHELLS.find((known) => known === word);
      if (shell === undefined || parameters.length > 1)
        throw new UsageError('for which shell?', `write one of ${SHELLS.join(', ')}`);
      const script = completionScript(shell, commands());
      return () => ({ data: { shell, script }, text: () => [script.trimEnd()] });
    },
  };
}
