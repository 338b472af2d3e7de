import type { ActivityDefinition, CompensationDefinition } from '../definition/activity-definition.js';
import type { WorkflowDefinition } from '../definition/workflow-definition.js';

/** What one application has registered. An instance, never a global: several applications in one process keep apart. */
export class Registry {
  readonly #workflows = new Map<string, WorkflowDefinition>();
  readonly #activities = new Map<string, ActivityDefinition>();

  addWorkflow(definition: WorkflowDefinition): void {
    this.#workflows.set(definition.name, definition);
  }

  addActivity(definition: ActivityDefinition): void {
    this.#activities.set(definition.name, definition);
  }

  workflow(name: string): WorkflowDefinition | undefined {
    return this.#workflows.get(name);
  }

  activity(name: string): ActivityDefinition | undefined {
    return this.#activities.get(name);
  }

  /** The compensation registered under this name. */
  compensation(name: string): CompensationDefinition | undefined {
    return this.activities().find((definition) => definition.compensation?.name === name)?.compensation;
  }

  workflows(): readonly WorkflowDefinition[] {
    return [...this.#workflows.values()];
  }

  activities(): readonly ActivityDefinition[] {
    return [...this.#activities.values()];
  }

  get workflowNames(): readonly string[] {
    return [...this.#workflows.keys()];
  }

  get codeVersions(): readonly string[] {
    return [...new Set(this.workflows().map((definition) => definition.sourceHash))];
  }
}
