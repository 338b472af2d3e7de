import type { InstanceRow } from './instance.js';

export interface ClaimedInstance {
  readonly row: InstanceRow;
  /** The lease of another holder had expired: its work is taken over. */
  readonly takeover: boolean;
}

export interface ClaimScope {
  /** Value for locked_by: the process id plus the acquisition number (E17b). */
  readonly token: string;
  readonly leaseMs: number;
  /** Only instances whose workflow is registered here are taken (E20). */
  readonly workflowNames: readonly string[];
  /** Instances blocked for one of these code versions are skipped, unless a cancel request waits (E16a). */
  readonly codeVersions: readonly string[];
}

export interface LeaseHold {
  readonly instanceId: string;
  readonly token: string;
}

export interface RenewalReport {
  /** Holds whose row is no longer ours. */
  readonly lost: readonly string[];
  /** Holds with a cancel request. */
  readonly cancelRequested: readonly { readonly instanceId: string; readonly reason: string | null }[];
}

/** Lease times are written and compared by the database's clock (E19a). */
export interface LeaseStore {
  /**
   * Takes up to `limit` instances that can go on without a timer: `running` or `compensating` and unlocked, any live one with an expired
   * lease (counts as take-over, with back-off from the second on), any live unlocked one with a cancel request. Oldest first. Status becomes
   * `running` unless it is `compensating`.
   */
  claimRunnable(scope: ClaimScope, limit: number): Promise<readonly ClaimedInstance[]>;
  /** Takes this instance if it is ours, live, registered here, not blocked, and unlocked or expired; status as above. */
  claimOne(instanceId: string, scope: ClaimScope): Promise<ClaimedInstance | undefined>;
  /** Extends all holds in one statement (chunked), in instance id order; rows locked by others at that moment are skipped and tried singly (E18a). */
  renew(holds: readonly LeaseHold[], leaseMs: number): Promise<RenewalReport>;
  /** Gives leases back; the status stays. */
  release(holds: readonly LeaseHold[]): Promise<void>;
}
