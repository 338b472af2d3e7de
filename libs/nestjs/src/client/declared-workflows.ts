import { Injectable } from '@nestjs/common';
import type { WorkflowType } from '../decorators/workflow.decorator.js';
import { Explorer } from '../discovery/explorer.js';
import { MetadataAccessor } from '../discovery/metadata.accessor.js';
import type { WorkflowMetadata } from '../interfaces/metadata.interface.js';
import type { WorkflowSchemas } from '../interfaces/workflow-schemas.interface.js';

/** A workflow as its class declares it. */
export interface DeclaredWorkflow extends WorkflowSchemas {
  readonly type: WorkflowType;
  readonly name: string;
}

/**
 * The workflow classes of the application with what their decorators say; known as soon as the providers exist.
 *
 * @example
 * ```ts
 * constructor(private readonly declared: DeclaredWorkflows) {}
 * onModuleInit(): void {
 *   for (const { name, input } of this.declared.list()) this.forms.add(name, input);
 * }
 * ```
 */
@Injectable()
export class DeclaredWorkflows {
  constructor(
    private readonly explorer: Explorer,
    private readonly accessor: MetadataAccessor,
  ) {}

  /** All that a module provides. */
  list(): readonly DeclaredWorkflow[] {
    return this.explorer
      .explore()
      .workflows.map(({ provider, metadata }) => declared(provider.marked as WorkflowType, metadata));
  }

  /** What a class declares; undefined for one that is not marked. It need not be provided, as in a process that only starts. */
  of(type: WorkflowType): DeclaredWorkflow | undefined {
    const metadata = this.accessor.workflow(type);
    return metadata && declared(type, metadata);
  }
}

function declared(type: WorkflowType, metadata: WorkflowMetadata): DeclaredWorkflow {
  return { ...metadata, type };
}
