import { RomancyError, type SchemaIssue } from '@romancy/core';

/** The input of a workflow does not match the schema that the workflow declares; nothing was started. */
export class InvalidInputError extends RomancyError {
  readonly code = 'ROMANCY_INVALID_INPUT';
  readonly workflowName: string;
  /** Everything that is wrong with it. */
  readonly issues: readonly SchemaIssue[];

  constructor(workflowName: string, issues: readonly SchemaIssue[]) {
    const lines = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super(
      `The input of workflow "${workflowName}" is refused, nothing was started: ${lines.join('; ')}. Correct the input.`,
      {
        details: { workflowName, issues },
      },
    );
    this.workflowName = workflowName;
    this.issues = issues;
  }
}
