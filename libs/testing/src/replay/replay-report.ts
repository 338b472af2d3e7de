/** Something in the present code that does not fit the recorded history. */
export interface ReplayFinding {
  /** `error`: the instance would be blocked, or end differently. `warning`: it goes on, but something has changed. */
  readonly severity: 'error' | 'warning';
  /** Code of the guard, with a page in docs/errors; or `ENDS_DIFFERENTLY`. */
  readonly code: string;
  readonly message: string;
  /** Machine-readable facts: the step asked for, the step recorded, the place in the code. */
  readonly details: unknown;
}

export interface ReplayReport {
  readonly instanceId: string;
  readonly workflowName: string;
  /** No finding is an error: this instance would go on, or have ended, the same way. */
  readonly fits: boolean;
  readonly findings: readonly ReplayFinding[];
  /** `ended`: the code has returned or thrown at the end of the history. `open`: it would go on from there. */
  readonly end: 'ended' | 'open' | 'blocked';
}
