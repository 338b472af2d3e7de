import type { InstanceStatus } from '../ports/instance.js';

/** One recorded event. */
export interface RecordedRow {
  readonly activityId: string;
  readonly eventType: string;
  /** JSON text. */
  readonly data: string | null;
  /** Base64. */
  readonly binary: string | null;
  /** Milliseconds. */
  readonly time: number;
}

/** An instance and its history, as plain JSON: to be kept in the repository and replayed against later code, or in an archive. */
export interface RecordedHistory {
  readonly format: 1;
  readonly instance: {
    readonly instanceId: string;
    readonly workflowName: string;
    /** Hash of the source that recorded it. */
    readonly sourceHash: string;
    readonly status: InstanceStatus;
    readonly startedAt: number;
    /** JSON text. */
    readonly input: string;
    /** JSON text. */
    readonly output: string | null;
    /** Milliseconds; of an instance that is over, its end. */
    readonly updatedAt?: number;
    /** The instance that it continues. */
    readonly continuedFrom?: string | null;
    readonly ownerService?: string;
    readonly stage?: string | null;
    readonly cancelReason?: string | null;
  };
  readonly rows: readonly RecordedRow[];
}
