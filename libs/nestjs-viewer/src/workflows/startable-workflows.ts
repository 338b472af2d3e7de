import { Injectable } from '@nestjs/common';
import { DeclaredWorkflows, describeSchema, type DeclaredWorkflow } from '@romancy/nestjs';

/** A workflow that can be started here. */
export interface WorkflowDescription {
  readonly name: string;
  /** JSON Schema of its input; null where it declares none, or one that does not describe itself. */
  readonly inputSchema: Readonly<Record<string, unknown>> | null;
}

/** The workflows of this application, with the form of their input. */
@Injectable()
export class StartableWorkflows {
  constructor(private readonly declared: DeclaredWorkflows) {}

  async list(): Promise<readonly WorkflowDescription[]> {
    const described = this.declared
      .list()
      .map(async (workflow) => ({ name: workflow.name, inputSchema: await inputSchemaOf(workflow) }));
    return (await Promise.all(described)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): DeclaredWorkflow | undefined {
    return this.declared.list().find((workflow) => workflow.name === name);
  }
}

async function inputSchemaOf({ input }: DeclaredWorkflow): Promise<WorkflowDescription['inputSchema']> {
  if (input === undefined) return null;
  try {
    return await describeSchema(input, 'input');
  } catch {
    // Its library has no words for it, or is not installed: the form is a text of JSON then, and the input is checked all the same.
    return null;
  }
}
