/** Locks by name for work that one process at a time does for all. Times are those of the database's clock. */
export interface LeadershipStore {
  /**
   * Takes the lock if it is free, expired, ours already, or held by one of `dead`; extends it by the lease. False where somebody else holds it.
   */
  acquire(lock: string, holder: string, leaseMs: number, dead: readonly string[]): Promise<boolean>;
  /** Gives the lock back if it is ours. */
  release(lock: string, holder: string): Promise<void>;
}
