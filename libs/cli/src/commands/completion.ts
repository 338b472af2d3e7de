import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { wordsOf, type Words } from '../completion/words.js';
import { zshCompletion } from '../completion/zsh.js';
import type { Terminal } from '../terminal.js';

const SHELLS: Readonly<Record<string, (words: readonly Words[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function completionCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('completion')
    .description('prints a script with which a shell completes commands and flags')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .action((shell: string) => {
      const script = SHELLS[shell]?.(wordsOf(parent));
      if (script !== undefined) terminal.out(script);
    });
}
