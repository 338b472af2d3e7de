/** Input of the workflow *five*: that many sequential activities, each of which returns `{ n: k }`. */
export interface FiveInput {
  readonly i: number;
  readonly steps: number;
}

export interface StoredCounts {
  readonly completed: number;
  readonly results: number;
}

/** A system under measurement, in a process of its own against a fresh store. */
export interface Peer {
  /** Runs one *five* to its end, as a caller would wait for it; answers the sum. */
  five(input: FiveInput): Promise<number>;
  /** What the store holds afterwards. A run counts only if nothing is missing and nothing is double. */
  stored(): Promise<StoredCounts>;
  close(): Promise<void>;
}

export function expectedSum(steps: number): number {
  return (steps * (steps + 1)) / 2;
}
