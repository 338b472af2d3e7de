import type { WorkflowContext } from './workflow-context.js';

/** An object with a `run` method: an instance of a class marked `@Workflow()`. */
export interface Runnable<Input = unknown, Result = unknown> {
  run(input: Input, ctx: WorkflowContext<Input>): Promise<Result> | Result;
}

/** A registered workflow. */
export interface WorkflowDefinition {
  readonly name: string;
  /** SHA-256 (hex) of the source text: the code version in blocks, never a reason not to resume. */
  readonly sourceHash: string;
  readonly sourceCode: string;
  /** Builds a fresh object for one run, with its dependencies (E8). */
  create(): Runnable;
}
