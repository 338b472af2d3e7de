import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addText } from './arguments.js';
import { cancelCommand } from './commands/cancel.js';
import { completionCommand } from './commands/completion.js';
import { doctorCommand } from './commands/doctor.js';
import { eventCommand } from './commands/event.js';
import { explainCommand } from './commands/explain.js';
import { exportCommand } from './commands/export.js';
import { gcCommand } from './commands/gc.js';
import { getCommand } from './commands/get.js';
import { historyCommand } from './commands/history.js';
import { listCommand } from './commands/list.js';
import { migrateCommand } from './commands/migrate.js';
import { replayCommand } from './commands/replay.js';
import { retryCommand } from './commands/retry.js';
import { startCommand } from './commands/start.js';
import type { Terminal } from './terminal.js';

const COMMANDS = [
  listCommand,
  getCommand,
  historyCommand,
  explainCommand,
  startCommand,
  eventCommand,
  cancelCommand,
  retryCommand,
  replayCommand,
  exportCommand,
  gcCommand,
  migrateCommand,
  doctorCommand,
  completionCommand,
];

/** The whole command line. Options of the program may stand anywhere. */
export function createProgram(terminal: Terminal): Command {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  const program = new Command('romancy')
    .description('Workflows of Romancy for NestJS: look at them, steer them, keep their database in order')
    .version(manifest.version)
    .option('--database <url>', 'a file, or the URL of a database (ROMANCY_DATABASE)')
    .option('--db <url>', 'the same')
    .option('--url <url>', 'an application, by HTTP (ROMANCY_URL; default http://localhost:3000)')
    .option('--path <path>', 'path of its route for events (ROMANCY_EVENTS_PATH; default /events)')
    .option('--viewer-path <path>', 'path of its viewer (ROMANCY_VIEWER_PATH; default /romancy)')
    .option('-H, --header <line>', 'for its requests, "Name: value"; repeatable', addText)
    .option('--config <file>', 'configuration (default romancy.config.json, where there is one)')
    .option('--json', 'answers one JSON document')
    .exitOverride()
    .showHelpAfterError('(romancy --help shows what there is)')
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.note(text.trimEnd());
      },
    });
  for (const add of COMMANDS) add(program, terminal);
  return program;
}
