import type { Command, CommandKind } from './command.js';
import type { HistoryEvent, RecordedKind } from './event.js';

/** The ways in which code and history can disagree (E5 a to e). */
export type ViolationKind = 'missing-step' | 'step-changed' | 'unread-history' | 'non-durable-await' | 'stalled';

export interface AskedStep {
  readonly stepId: string;
  readonly kind: CommandKind;
  readonly name: string;
  readonly callSite: string | undefined;
}

export interface RecordedStep {
  readonly stepId: string;
  readonly kind: RecordedKind;
  readonly name: string | undefined;
  readonly time: number;
  readonly inputText?: string | undefined;
}

/** A disagreement as plain data; the runtime turns it into an error and parks the instance as blocked. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly stepId: string | undefined;
  readonly asked: readonly AskedStep[];
  readonly recorded: RecordedStep | undefined;
}

export function asked(command: Command): AskedStep {
  return { stepId: command.stepId, kind: command.kind, name: command.name, callSite: command.callSite?.place };
}

export function recorded(event: HistoryEvent): RecordedStep {
  return { stepId: event.stepId, kind: event.kind, name: event.name, time: event.time, inputText: event.inputText };
}

/** The recorded kind that a command of this kind ends in. */
export function recordedKindOf(kind: CommandKind): RecordedKind {
  if (kind === 'sleep') return 'sleep';
  return kind === 'receive' ? 'message' : 'activity';
}
