import type { DatabaseKind } from './database-kind.js';

/** Connections of a pool beyond which nothing is quicker on two cores. */
export const MOST_CONNECTIONS = 50;

/** Input of the workflow *five*: that many sequential activities, each of which returns `{ n: k }`. */
export interface FiveInput {
  readonly i: number;
  readonly steps: number;
}

export interface StoredCounts {
  readonly completed: number;
  readonly results: number;
}

/** How a peer is opened. */
export interface PeerSetup {
  readonly peer: string;
  readonly db: DatabaseKind;
  readonly url: string;
  /** Callers at once, for those that size a pool by it. */
  readonly concurrency: number;
  /** A process that starts, sends and reads, and runs nothing. */
  readonly clientOnly?: boolean;
}

/**
 * A system under measurement, in a process of its own against a fresh store. What is optional is what not every system has; a workload that
 * needs it is not run against one that lacks it.
 */
export interface Peer {
  /** Runs one *five* to its end, as a caller would wait for it; answers the sum. */
  readonly five: (input: FiveInput) => Promise<number>;
  /** Runs that many of five steps, for a system whose callers learn of an end by polling: resolves when the store holds all as completed. */
  readonly fives?: (workflows: number) => Promise<void>;
  /** Workloads that say nothing about this system, and why. */
  readonly unsuitable?: Readonly<Record<string, string>>;
  /** What the store holds afterwards. A run counts only if nothing is missing and nothing is double. */
  readonly stored: () => Promise<StoredCounts>;
  readonly close: () => Promise<void>;
  /** As *five*; each activity writes a row of the application in the transaction of its record. */
  readonly business?: (input: FiveInput) => Promise<number>;
  /** Starts a workflow of that many steps and then one event under this id; resolves when it waits. */
  readonly startWait?: (id: string, steps: number) => Promise<void>;
  /** Sends the event; resolves when it is durable. */
  readonly sendEvent?: (id: string, payload: number) => Promise<void>;
  /** The payload, once the waiting workflow has completed with it. */
  readonly waitResult?: (id: string) => Promise<number>;
  /** Runs a workflow that sleeps; answers by how many milliseconds it woke too late. */
  readonly sleep?: (ms: number) => Promise<number>;
  /** Starts that many subscribers of one channel; resolves when all wait. */
  readonly subscribe?: (count: number) => Promise<void>;
  /** Publishes one message for all of them; resolves when all have completed. */
  readonly publish?: () => Promise<void>;
  /** Starts that many workflows of five activities that take this long; resolves when all are in their second one. */
  readonly startSlow?: (count: number, ms: number) => Promise<void>;
  /** A workflow that begins a new generation that many times; answers their number. */
  readonly recur?: (generations: number) => Promise<number>;
  /** The first page of the list of instances; answers how many are on it. */
  readonly list?: () => Promise<number>;
  /** One look for instances that can go on, as every worker repeats it. */
  readonly scan?: () => Promise<void>;
  /** Statements sent to the database so far, of all connections of the system. */
  readonly statements?: () => Promise<number>;
  /** Seconds of CPU that its own server has used, for a system that does not store in the database. */
  readonly serverCpu?: () => Promise<number | null>;
  /** Bodies of activities that this process has run. */
  readonly bodies?: () => Promise<number>;
}

export function expectedSum(steps: number): number {
  return (steps * (steps + 1)) / 2;
}
