import type { InstanceStatus } from './instance.js';

/** How much there is to do, in the whole database; of our own instances only. */
export interface StorageStatistics {
  /** Instances that have not ended, by workflow and status. */
  readonly instances: readonly WorkflowStatusCount[];
  /** Instances that are parked because their code does not fit their history. */
  readonly blocked: number;
  /** Milliseconds since the oldest of the instances could go on that nobody has taken; undefined where there is none. */
  readonly oldestResumableAge: number | undefined;
  /** Milliseconds since the oldest of the present leases was taken; undefined where there is none. */
  readonly oldestLeaseAge: number | undefined;
  /** Events of the outbox that were neither sent nor given up, siblings' included. */
  readonly outboxPending: number;
  /** Milliseconds since the oldest of them was written; undefined where there is none. */
  readonly outboxLag: number | undefined;
}

export interface WorkflowStatusCount {
  readonly workflowName: string;
  readonly status: InstanceStatus;
  readonly count: number;
}

export interface StatisticsStore {
  /** Counts what has not ended: what has is not looked at, however much of it there is. */
  read(): Promise<StorageStatistics>;
}
