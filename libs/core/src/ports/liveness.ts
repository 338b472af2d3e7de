/**
 * How others can tell whether a worker process lives: `session` by a lock that its database session holds, `process` by asking the operating
 * system (on the same machine), `none` not at all: then its leases alone count.
 */
export type LivenessKind = 'session' | 'process' | 'none';

export interface WorkerCard {
  /** Process id part of its lease tokens; unique to the process. */
  readonly workerId: string;
  /** Label of the settings; need not be unique. */
  readonly label: string;
  readonly service: string;
}

/** A worker process that has not left. */
export interface WorkerRow extends WorkerCard {
  readonly host: string;
  readonly pid: number;
  readonly liveness: LivenessKind;
  /** Milliseconds by the database's clock, as `seenAt`. */
  readonly startedAt: number;
  readonly seenAt: number;
}

/** What one look shows of another worker process. */
export interface WorkerSight {
  readonly workerId: string;
  /**
   * `absent`: its session is gone, which a broken connection can bring about as well as a death. `dead`: the operating system knows no such
   * process. `unknown`: cannot be told from here.
   */
  readonly state: 'alive' | 'absent' | 'dead' | 'unknown';
  /** Changes with every sign of life that does not need the session. */
  readonly seenAt: number;
}

/** The list of worker processes, and this process's own place in it. */
export interface Liveness {
  /** How others can tell at this moment that this process lives; `none` too while its session is being made anew. */
  readonly kind: LivenessKind;
  /** Grows each time the session has been made anew: what was seen before it was lost, and right after, says nothing about others. */
  readonly epoch: number;
  /**
   * Enters this process in the list and, unless `provable` is false, takes its session lock and proves that others see it. Where that is not
   * so (a pooler between), the kind stays `none`.
   */
  join(card: WorkerCard, provable: boolean): Promise<void>;
  /** A sign of life. Enters the process again if its row is gone. */
  beat(): Promise<void>;
  /** Takes the process off the list and gives its session back. Idempotent. */
  leave(): Promise<void>;
  list(): Promise<readonly WorkerRow[]>;
  /** Removes rows of others that gave no sign of life for so long; answers how many. */
  forget(silentMs: number): Promise<number>;
}
