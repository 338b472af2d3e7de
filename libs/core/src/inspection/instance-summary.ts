import { FRAMEWORK, type InstanceRow, type InstanceStatus } from '../ports/instance.js';

/** An instance in a list. Times are milliseconds since the epoch. */
export interface InstanceSummary {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly framework: string;
  /** Of this framework: it can be cancelled and retried from here. */
  readonly ours: boolean;
  readonly ownerService: string;
  readonly status: InstanceStatus;
  readonly stage: string | null;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly continuedFrom: string | null;
  /** A cancellation was asked for. */
  readonly cancelRequestedAt: number | null;
  readonly cancelReason: string | null;
}

export interface InstanceSummaryPage {
  readonly instances: readonly InstanceSummary[];
  readonly nextPageToken: string | null;
  /** Set where the search paused: older instances than this are still to be looked at, with the token. */
  readonly searchedTo: number | null;
}

export function toSummary(row: InstanceRow): InstanceSummary {
  const { instanceId, workflowName, framework, ownerService, status, stage, startedAt, updatedAt } = row;
  return {
    instanceId,
    workflowName,
    framework,
    ours: framework === FRAMEWORK,
    ownerService,
    status,
    stage,
    startedAt,
    updatedAt,
    continuedFrom: row.continuedFrom,
    cancelRequestedAt: row.cancelRequestedAt,
    cancelReason: row.cancelReason,
  };
}
