import type { InstanceStatus } from '../ports/instance.js';

/** Why an instance failed, as data. */
export interface InstanceFailure {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

/** Why an instance is blocked (P7). */
export interface InstanceBlock {
  readonly code: string;
  readonly explanation: unknown;
  readonly codeVersion: string;
  readonly blockedAt: Date;
}

/** An instance whose workers died, again and again, before it made progress: it may be what takes them down (E16a). */
export interface InstanceSuspicion {
  /** Take-overs since it last made progress; each was counted before the run. */
  readonly takeovers: number;
  /** Nobody takes it over before this time. */
  readonly restsUntil: Date;
  /** What that means, and what can be done. */
  readonly explanation: string;
}

/** An instance as users see it: decoded. */
export interface InstanceInfo<Input = unknown, Result = unknown> {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly framework: string;
  readonly ownerService: string;
  readonly status: InstanceStatus;
  readonly stage: string | null;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly continuedFrom: string | null;
  readonly input: Input;
  /** Set when completed. */
  readonly result: Result | undefined;
  /** Set when failed. */
  readonly error: InstanceFailure | undefined;
  /** Set when a cancellation was asked for. */
  readonly cancelReason: string | null;
}

export interface InstanceInfoPage {
  readonly instances: readonly InstanceInfo[];
  readonly nextPageToken: string | null;
  readonly hasMore: boolean;
}
