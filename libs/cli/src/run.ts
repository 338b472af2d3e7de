import { CommanderError } from 'commander';
import { exitCodeOf, messageOf } from './exit-code-of.js';
import type { ExitCode } from './exit-codes.js';
import { createProgram } from './program.js';
import type { Terminal } from './terminal.js';

/**
 * Runs one command line.
 *
 * @param args without the program's own name
 * @returns the exit code, one of {@link EXIT}
 * @example
 * process.exitCode = await run(['list', '--status', 'failed'], processTerminal());
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await createProgram(terminal).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Those of the parser were printed by it.
    if (!(error instanceof CommanderError)) terminal.note(`romancy: ${messageOf(error)}`);
    return exitCodeOf(error);
  }
}
