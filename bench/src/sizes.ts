/** How much of everything. */
export interface Sizes {
  /** A, H, I: workflows. */
  readonly workflows: number;
  /** B: workflows, one after the other. */
  readonly rounds: number;
  /** C: events, one after the other. */
  readonly events: number;
  /** B, C: as many more before they are measured a second time, in a process that has run for a while. */
  readonly warmUp: number;
  /** D: sleeps spread out, sleeps at once, and how long each is. */
  readonly spread: number;
  readonly burst: number;
  readonly sleepMs: number;
  /** E: steps of the longest history; it is also measured at a tenth and a hundredth of that. */
  readonly steps: number;
  /** F: subscribers. */
  readonly subscribers: number;
  /** G: workflows in flight when their process is killed, and how long each of their activities takes. */
  readonly killed: number;
  readonly slowMs: number;
  /** H: finished instances that are stored already. */
  readonly finished: number;
  /** recur: generations. */
  readonly generations: number;
  /** idle: how long to look, and how many instances are parked. */
  readonly idleMs: number;
  /** idle, E: how long after its start a process is left alone before it is looked at. */
  readonly settleMs: number;
  readonly parked: number;
  /** growth: finished instances stored at most, and worker processes at most; steps and subscribers are those of E and F. */
  readonly grown: number;
  readonly processes: number;
}

export const FULL: Sizes = {
  workflows: 2000,
  rounds: 300,
  events: 200,
  warmUp: 1000,
  spread: 50,
  burst: 500,
  sleepMs: 1000,
  steps: 10_000,
  subscribers: 1000,
  killed: 100,
  slowMs: 1000,
  finished: 100_000,
  generations: 10_000,
  idleMs: 10_000,
  settleMs: 3000,
  parked: 10_000,
  grown: 1_000_000,
  processes: 10,
};

/** Enough to see that each workload works and counts right. */
export const SMOKE: Sizes = {
  workflows: 60,
  rounds: 20,
  events: 5,
  warmUp: 5,
  spread: 5,
  burst: 20,
  sleepMs: 100,
  steps: 100,
  subscribers: 20,
  killed: 10,
  slowMs: 100,
  finished: 1000,
  generations: 30,
  idleMs: 2000,
  settleMs: 500,
  parked: 20,
  grown: 1000,
  processes: 2,
};
