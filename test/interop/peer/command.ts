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

export type Settings = Pick<RomancyModuleOptions, 'outbox' | 'messageRetention' | 'instanceRetention'>;

export interface Command {
  /** The workflows that the process knows; none but what the command needs, since a process runs whatever it knows. */
  readonly workflows?: (args: Arguments) => readonly Provider[];
  readonly settings?: (args: Arguments) => Settings;
  run(context: CommandContext): Promise<void>;
}
