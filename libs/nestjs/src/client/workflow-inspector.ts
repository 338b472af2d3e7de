import { Injectable } from '@nestjs/common';
import type { HistoryItem, InstanceDetail, InstanceSummaryPage, Overview } from '@romancy/core';
import { EngineHost } from '../runtime/engine-host.js';
import { refuseInWorkflow } from './client-scope.js';
import { toInstanceFilter, type WorkflowFilter } from './workflow-filter.js';

/** What {@link WorkflowInspector.list} looks for. */
export interface InspectionFilter extends WorkflowFilter {
  /** Instances of one framework of the family, for example `typescript`. Default: of all. */
  readonly framework?: string | null;
}

/**
 * Shows the instances of every framework in the database: for pages and tools that people look at. Values are JSON as it is stored, with
 * payloads opened where this process can read them. `WorkflowClient` is for programs: it gives back values and types.
 *
 * @example
 * ```ts
 * constructor(private readonly inspector: WorkflowInspector) {}
 *
 * const { instances } = await this.inspector.list({ status: ['failed', 'cancelled'], limit: 20 });
 * const steps = await this.inspector.history(instances[0].instanceId);
 * ```
 */
@Injectable()
export class WorkflowInspector {
  constructor(private readonly host: EngineHost) {}

  /**
   * A page of instances, the newest first. A search for something rare pauses after some ten thousand instances, with a token to go on.
   * @throws PageTokenError
   */
  async list(filter: InspectionFilter = {}): Promise<InstanceSummaryPage> {
    refuseInWorkflow('list');
    return this.host.engine.inspector.list({ framework: null, ...toInstanceFilter(filter) });
  }

  /** Everything about one instance but its history: this generation and no later one. Undefined if there is none. */
  async get(instanceId: string): Promise<InstanceDetail | undefined> {
    refuseInWorkflow('get');
    return this.host.engine.inspector.get(instanceId);
  }

  /**
   * Rows of its history in their order.
   * @param page after which row (default: from the first), and how many (default 100, at most 500)
   */
  async history(
    instanceId: string,
    page: { readonly afterId?: number; readonly limit?: number } = {},
  ): Promise<readonly HistoryItem[]> {
    refuseInWorkflow('history');
    return this.host.engine.inspector.history(instanceId, page);
  }

  /** The source text of the workflow as it was when the instance started; undefined where none is stored. */
  async source(instanceId: string): Promise<string | undefined> {
    refuseInWorkflow('source');
    return this.host.engine.inspector.source(instanceId);
  }

  /** Counts by status, the last hour, slow activities, workers and leases, the outbox. No count goes beyond ten thousand. */
  async overview(): Promise<Overview> {
    refuseInWorkflow('overview');
    return this.host.engine.inspector.overview();
  }
}
