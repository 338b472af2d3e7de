import type { INestApplication, Provider } from '@nestjs/common';
import type { RomancyModuleOptions, WorkflowClient } from '@romancy/nestjs';
import type { Arguments } from './arguments.js';
import type { Report } from './report.js';

export interface CommandContext {
  readonly app: INestApplication;
  readonly client: WorkflowClient;
  readonly args: Arguments;
  readonly report: Report;
}

export interface Command {
  /** The workflows that the process knows; none but what the command needs, since a process runs whatever it knows. */
  readonly workflows?: (args: Arguments) => readonly Provider[];
  readonly outbox?: (args: Arguments) => NonNullable<RomancyModuleOptions['outbox']>;
  run(context: CommandContext): Promise<void>;
}
