import type { Command } from 'commander';

/** What can follow a command: its commands and flags. */
export interface Words {
  /** `` for the program itself, `list`, `migrate up`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly { readonly flag: string; readonly description: string }[];
}

/** The program and all its commands, with the flags of the program everywhere. */
export function wordsOf(program: Command): readonly Words[] {
  const visit = (command: Command, path: readonly string[]): readonly Words[] => {
    const commands = command.commands.filter((each) => each.name() !== 'help');
    const options = [...new Set([...command.options, ...program.options])];
    const flags = options.flatMap(({ long, description }) => (long ? [{ flag: long, description }] : []));
    const own = {
      path: path.join(' '),
      commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
      flags: [...flags, { flag: '--help', description: 'shows help' }],
    };
    return [own, ...commands.flatMap((each) => visit(each, [...path, each.name()]))];
  };
  return visit(program, []);
}
