import { createInterface } from 'node:readline';
import { WorkflowClient } from '@romancy/nestjs';
import type { INestApplication } from '@nestjs/common';
import { Arguments } from './arguments.js';
import { COMMANDS } from './commands/index.js';
import { reporter } from './report.js';

/** One process that takes many commands, one JSON line each, and runs them beside each other. Its lines say which one they belong to. */
export async function session(app: INestApplication): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const line of createInterface({ input: process.stdin })) {
    const { tag, words } = JSON.parse(line) as { tag: number; words: string[] };
    const done = runTagged(app, tag, words).finally(() => running.delete(done));
    running.add(done);
  }
}

async function runTagged(app: INestApplication, tag: number, [name = '', ...words]: string[]): Promise<void> {
  const report = reporter({ tag });
  try {
    const command = COMMANDS[name];
    if (command === undefined) throw new Error(`"${name}" is no command.`);
    await command.run({ app, client: app.get(WorkflowClient), args: new Arguments(words), report });
    report('done');
  } catch (error) {
    report('broken', { error: String(error) });
  }
}
