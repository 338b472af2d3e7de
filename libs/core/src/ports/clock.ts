/** Time and timers of the process; tests replace it by a virtual clock. */
export interface Clock {
  /** Its time is taken as it is and never corrected to the database's: a virtual clock. */
  readonly authoritative?: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms`; delays beyond 24.8 days are allowed (chained where the platform cannot). */
  setTimer(ms: number, callback: () => void, options?: TimerOptions): TimerHandle;
}

export interface TimerOptions {
  /** Must not keep the process alive. */
  readonly unref?: boolean;
  /** Only looks whether something has changed elsewhere: a virtual clock need not stop at it, one late look does for many. */
  readonly background?: boolean;
}

export interface TimerHandle {
  cancel(): void;
}
