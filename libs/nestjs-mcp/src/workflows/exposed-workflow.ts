import type { DeclaredWorkflow } from '@romancy/nestjs';
import type { DescribedValue } from '../schema/described-value.js';

/** A workflow that is offered as tools. */
export interface ExposedWorkflow {
  readonly declared: DeclaredWorkflow;
  /** First part of the names of its tools, prefix included. */
  readonly base: string;
  readonly description: string;
  /** Undefined for a workflow that takes nothing. */
  readonly input: DescribedValue | undefined;
  readonly output: DescribedValue | undefined;
}

/** Names of the four tools. */
export function toolNames(base: string): Readonly<Record<'start' | 'status' | 'result' | 'cancel', string>> {
  return { start: `${base}_start`, status: `${base}_status`, result: `${base}_result`, cancel: `${base}_cancel` };
}
