import type { ChannelMode } from '../definition/messages.js';
import type { StepOptions } from '../definition/workflow-context.js';
import type { CallSite } from './call-site.js';
import type { Operation } from './operation.js';

interface CommandBase {
  readonly stepId: string;
  /** Activity or step name, or the kind of wait. */
  readonly name: string;
  /** Only known during replay, where the guard may need it. */
  readonly callSite: CallSite | undefined;
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

/** Waits for a message of a channel, or for an event. */
export interface ReceiveCommand extends CommandBase {
  readonly kind: 'receive';
  /** As the workflow names it. For an event its type. */
  readonly channel: string;
  /** How to subscribe where the instance has not; `event`: to everything since the instance started. */
  readonly mode: ChannelMode | 'event' | undefined;
  /** Only messages with this key. */
  readonly key: string | null;
  /** Milliseconds; from the time of the last delivered event. */
  readonly deadline: number | undefined;
}

/** Talks to others, or changes what the instance listens to; recorded with its effect. */
export interface OperationCommand extends CommandBase {
  readonly kind: 'operation';
  readonly operation: Operation;
}

/** What a workflow asks for. */
export type Command =
  ActivityCommand | StepCommand | SleepCommand | CompensationCommand | ReceiveCommand | OperationCommand;
export type CommandKind = Command['kind'];
