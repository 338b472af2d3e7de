import type { InstanceRow } from './instance.js';
import type { WorkerSight } from './liveness.js';

export interface ClaimedInstance {
  readonly row: InstanceRow;
  /** It was taken from another holder: an expired lease, or a dead worker's. */
  readonly takeover: boolean;
}

/** What is known of the processes that hold leases, by the process id part of their tokens. */
export interface HolderVerdicts {
  /** Their leases count for `graceMs` longer. */
  readonly alive: readonly string[];
  /** Their leases count no more. */
  readonly gone: readonly string[];
  /** How much longer the lease of a live process counts that does not renew it: a blocked event loop is given time. */
  readonly graceMs: number;
}

export interface ClaimScope {
  /** Value for locked_by: the process id plus the acquisition number (E17b). */
  readonly token: string;
  readonly leaseMs: number;
  /** Only instances whose workflow is registered here are taken (E20). */
  readonly workflowNames: readonly string[];
  /** Instances blocked for one of these code versions are skipped, unless a cancel request waits (E16a). */
  readonly codeVersions: readonly string[];
  /** Default: nothing is known, so an expired lease is free. */
  readonly holders?: HolderVerdicts;
}

export interface LeaseHold {
  readonly instanceId: string;
  readonly token: string;
}

/** An instance that can go on. */
export interface RunnableInstance {
  readonly instanceId: string;
  /** How often it was taken over since it last made progress (E16a). */
  readonly takeovers: number;
}

export interface Scan {
  /** Oldest first. */
  readonly runnable: readonly RunnableInstance[];
  /** The other worker processes. */
  readonly workers: readonly WorkerSight[];
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
   * Finds up to `limit` instances that can go on without a timer, and looks at the other workers, in one statement that locks nothing:
   * `running` or `compensating` and unlocked, any live one that may be taken over and is not resting from the last time, any live unlocked
   * one with a cancel request.
   */
  scan(scope: ClaimScope, limit: number): Promise<Scan>;
  /**
   * Takes those of the instances that are ours, live, registered here, not blocked, and unlocked or to be taken over: expired (where the
   * holder is alive, by more than the grace) or held by a process that is gone. A take-over is counted before the run, and from the second
   * on followed by a rest during which nobody takes the instance over again. Status becomes `running` unless it is `compensating`. In the
   * order of the ids.
   *
   * @param locked rows that another transaction has locked at this moment: waited for, or left out
   */
  claimThese(
    instanceIds: readonly string[],
    scope: ClaimScope,
    locked?: 'wait' | 'skip',
  ): Promise<readonly ClaimedInstance[]>;
  /** Extends all holds in one statement (chunked), in instance id order; rows locked by others at that moment are skipped and tried singly (E18a). */
  renew(holds: readonly LeaseHold[], leaseMs: number): Promise<RenewalReport>;
  /** Gives leases back; the status stays. */
  release(holds: readonly LeaseHold[]): Promise<void>;
}

/** The process id part of a lease token. */
export function holderOf(token: string): string {
  const end = token.indexOf('#');
  return end < 0 ? token : token.slice(0, end);
}
