import type { SchemaIssue } from '@romancy/nestjs';

/** What is wrong with a value, in one line for a model to read. */
export function issueText(issues: readonly SchemaIssue[]): string {
  return issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}
