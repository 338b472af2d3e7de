import type { Duration } from '../definition/duration.js';
import type { RecordedHistory } from '../history/recorded-history.js';

/** How long instances are kept after their end, by outcome. Left out or `false`: for ever. */
export interface RetentionTimes {
  readonly completed?: Duration | false;
  readonly failed?: Duration | false;
  readonly cancelled?: Duration | false;
  /**
   * Ended generations of a chain that goes on (`recur`), its first one excepted: the chain is known by its id. With its end a chain goes as a
   * whole, at the time of the outcome.
   */
  readonly generations?: Duration | false;
}

/**
 * Removal of finished instances, with everything that is stored of them. An id that has been removed is unknown: reads answer not found, and a
 * start with it begins a new instance.
 *
 * @example
 * const instanceRetention: InstanceRetentionOptions = {
 *   completed: '30d',
 *   failed: '90d',
 *   workflows: { audit_workflow: { completed: false, failed: false }, ping_workflow: { completed: '1h' } },
 *   archive: (record) => writeFile(`archive/${record.instance.instanceId}.json`, JSON.stringify(record)),
 * };
 */
export interface InstanceRetentionOptions extends RetentionTimes {
  /** Other times for single workflows, by name. What is not named there is as above. */
  readonly workflows?: Readonly<Record<string, RetentionTimes>>;
  /**
   * Called before an instance is removed, with its history, payloads as they are stored. An instance of which it throws is kept and tried again
   * later. After a crash it may be called again for the same instance.
   */
  readonly archive?: (record: RecordedHistory) => unknown;
  /** How often the leader looks. Default `'1h'`. */
  readonly interval?: Duration;
  /** Instances looked at in one pass; more passes follow at once. Default 100. */
  readonly batch?: number;
}
