import type { WorkflowSchemas } from './workflow-schemas.interface.js';

/** Options of {@link Workflow}. */
export interface WorkflowOptions extends WorkflowSchemas {
  /**
   * Name under which instances are stored; what the database, the logs and other processes know the workflow by. Default: the class name as
   * written. Give one when the class may be renamed or the code is minified, because stored instances are found again by it.
   */
  readonly name?: string;
}
