import type { HistoryItem, InstanceDetail, InstanceFilter, InstanceSummaryPage, Overview } from '@romancy/core';

export type ListFilter = Pick<
  InstanceFilter,
  'workflowName' | 'instanceId' | 'startedAfter' | 'startedBefore' | 'input' | 'limit' | 'pageToken' | 'framework'
> & { readonly status?: readonly string[] };

/** Where instances are looked at: a database, or an application over HTTP. */
export interface Source {
  list(filter: ListFilter): Promise<InstanceSummaryPage>;
  /** Undefined if there is no such instance. */
  get(instanceId: string): Promise<InstanceDetail | undefined>;
  history(
    instanceId: string,
    page: { readonly afterId: number; readonly limit: number },
  ): Promise<readonly HistoryItem[]>;
  overview(): Promise<Overview>;
  close(): Promise<void>;
}
