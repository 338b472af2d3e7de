import 'reflect-metadata';
import { reporter } from './report.js';
import { WorkflowClient } from '@romancy/nestjs';
import { startPeer } from './application.js';
import { Arguments, UsageError } from './arguments.js';
import { COMMANDS } from './commands/index.js';
import { session } from './session.js';

const report = reporter();

async function main(name = '', ...words: string[]): Promise<void> {
  const command = COMMANDS[name];
  const args = new Arguments(words);
  if (command === undefined && name !== 'session') {
    report('unsupported', { what: name });
    throw new UsageError(`"${name}" is no command; there are ${Object.keys(COMMANDS).join(', ')}.`);
  }
  const known = command ? [command] : Object.values(COMMANDS);
  const workflows = new Set(known.flatMap((one) => one.workflows?.(args) ?? []));
  const app = await startPeer(args, { workflows: [...workflows], settings: command?.settings?.(args) });
  try {
    report('ready');
    await (command?.run({ app, client: app.get(WorkflowClient), args, report }) ?? session(app));
  } finally {
    await app.close();
  }
}

try {
  await main(...process.argv.slice(2));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
