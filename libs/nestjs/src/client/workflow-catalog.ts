import { Inject, Injectable } from '@nestjs/common';
import { Registry, WorkflowNotRegisteredError } from '@romancy/core';
import type { WorkflowType } from '../decorators/workflow.decorator.js';
import { MetadataAccessor } from '../discovery/metadata.accessor.js';
import { sourceOf } from '../discovery/workflow-source.js';
import type { RomancyModuleOptions } from '../interfaces/module-options.interface.js';
import { ROMANCY_OPTIONS } from '../romancy.tokens.js';
import { EngineHost } from '../runtime/engine-host.js';
import { acceptInput } from '../schema/accept-input.js';

/** Knows workflow classes by name. */
export interface WorkflowNames {
  /** @param inTransaction the caller holds a transaction on the database. */
  nameOf(type: WorkflowType, inTransaction: boolean): Promise<string>;
  /** The input as it is to be stored: checked, with the defaults and conversions of its schema. */
  accept(type: WorkflowType, input: unknown): Promise<unknown>;
}

/** Names of the workflow classes of this application. */
@Injectable()
export class WorkflowCatalog implements WorkflowNames {
  constructor(
    @Inject(ROMANCY_OPTIONS) private readonly options: RomancyModuleOptions,
    private readonly accessor: MetadataAccessor,
    private readonly registry: Registry,
    private readonly host: EngineHost,
  ) {}

  /** @throws WorkflowNotRegisteredError for a class that is not marked, or that no module of a working process provides. */
  async nameOf(type: WorkflowType, inTransaction: boolean): Promise<string> {
    const metadata = this.accessor.workflow(type);
    const name = metadata?.name ?? type.name;
    if (!metadata) throw new WorkflowNotRegisteredError(name, this.registry.workflowNames);
    if (!this.registry.workflow(name)) await this.#introduce(name, type, inTransaction);
    return name;
  }

  /** @throws InvalidInputError */
  async accept(type: WorkflowType, input: unknown): Promise<unknown> {
    const metadata = this.accessor.workflow(type);
    return metadata ? acceptInput(metadata, input) : input;
  }

  /** A process that only starts need not provide what the workflow injects, so the class alone will do; it never builds one. */
  async #introduce(name: string, type: WorkflowType, inTransaction: boolean): Promise<void> {
    if (this.options.worker !== false) throw new WorkflowNotRegisteredError(name, this.registry.workflowNames);
    const create = (): never => {
      throw new WorkflowNotRegisteredError(name, []);
    };
    const source = sourceOf(type);
    const { storage } = this.host;
    // The caller's transaction is SQLite's only writer: waiting for another one here would be waiting for itself. There, a
    // worker or an earlier start must have written the definition.
    if (!inTransaction || storage.dialect !== 'sqlite') {
      await storage.definitions.upsert([{ workflowName: name, ...source }]);
    }
    this.registry.addWorkflow({ name, ...source, create });
  }
}
