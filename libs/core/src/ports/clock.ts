/** Time and timers of the process; tests replace it by a virtual clock. */
export interface Clock {
  /** Its time is taken as it is and never corrected to the database's: a virtual clock. */
  readonly authoritative?: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms`; delays beyond 24.8 days are allowed (chained where the platform cannot). Must not keep the process alive when `unref`. */
  setTimer(ms: number, callback: () => void, options?: { readonly unref?: boolean }): TimerHandle;
}

export interface TimerHandle {
  cancel(): void;
}
