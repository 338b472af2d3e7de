import type { StepOptions } from '../definition/workflow-context.js';

interface CommandBase {
  readonly stepId: string;
  /** Activity or step name, or the kind of wait. */
  readonly name: string;
  /** `file:line` of the call; only known during replay, where the guard may need it. */
  readonly callSite: string | undefined;
}

export interface ActivityCommand extends CommandBase {
  readonly kind: 'activity';
  readonly args: readonly unknown[];
}

export interface StepCommand extends CommandBase {
  readonly kind: 'step';
  readonly fn: () => unknown;
  readonly options: StepOptions;
}

export interface SleepCommand extends CommandBase {
  readonly kind: 'sleep';
  /** Milliseconds; computed from the time of the last delivered event, so a replay computes the same. */
  readonly deadline: number;
}

/** Registers a compensation by hand. */
export interface CompensationCommand extends CommandBase {
  readonly kind: 'compensation';
  readonly activityName: string;
  readonly args: readonly unknown[];
}

/** What a workflow asks for. */
export type Command = ActivityCommand | StepCommand | SleepCommand | CompensationCommand;
export type CommandKind = Command['kind'];

/** Commands that wait for time or for others; an instance with nothing else pending can be parked. */
export function isWait(command: Command): command is SleepCommand {
  return command.kind === 'sleep';
}
