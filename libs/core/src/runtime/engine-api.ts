import type { Duration } from '../definition/duration.js';
import type { AcceptedEvent, DeliverReport } from '../events/accepted-event.js';
import type { InstanceFilter } from '../ports/instance.js';
import type { StorageStatistics } from '../ports/statistics.js';
import type { TraceContext } from '../ports/tracing.js';
import type { Inspector } from '../inspection/inspector.js';
import type { ForeignTransaction } from '../ports/transaction.js';
import type { ConflictPolicy } from './engine-options.js';
import type { InstanceBlock, InstanceInfo, InstanceInfoPage, InstanceSuspicion } from './instance-info.js';

export interface StartRequest {
  readonly workflowName: string;
  readonly input: unknown;
  /** Makes the start idempotent. Default a time-ordered UUID. */
  readonly instanceId?: string;
  /** What a second start with that id gets. Default `'use-existing'`. */
  readonly onConflict?: ConflictPolicy;
  /** Trace to continue. Default that of the calling code, where tracing is set up. */
  readonly traceContext?: TraceContext | undefined;
  /** Start inside this transaction: unlocked, run after its commit. */
  readonly transaction?: ForeignTransaction;
}

export interface PublishRequest {
  readonly channel: string;
  /** Anything that can be stored; a Uint8Array is stored as bytes. */
  readonly data: unknown;
  /** A JSON object beside the data. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Makes the call idempotent. Default a time-ordered UUID. */
  readonly messageId?: string | undefined;
  /** Publish inside this transaction: visible after its commit. */
  readonly transaction?: ForeignTransaction | undefined;
}

export interface StartReport {
  readonly instanceId: string;
  /** False when the id existed and the existing instance is used. */
  readonly created: boolean;
}

/** What a retry has done. */
export interface RetryReport {
  /** `unblocked`: the instance itself goes on. `restarted`: another instance has begun with the same input; the old one stays as it is. */
  readonly kind: 'unblocked' | 'restarted';
  /** The instance that runs now. */
  readonly instanceId: string;
}

/** What the embedding library drives. Implemented by {@link Engine}. */
export interface EngineApi {
  /** Opens the storage, writes the definitions, starts the loops. A second call is an error. */
  start(): Promise<void>;
  /** Stops claiming, drains, releases, closes. Idempotent. */
  stop(): Promise<void>;
  readonly state: 'new' | 'starting' | 'started' | 'stopping' | 'stopped';
  /** True when started and the database answers. */
  isReady(): Promise<boolean>;
  startInstance(request: StartRequest): Promise<StartReport>;
  /**
   * Waits for the end (of the newest generation). Rejects with WorkflowFailedError, WorkflowCancelledError, ResultTimeoutError or
   * InstanceNotFoundError.
   */
  result(instanceId: string, options?: { readonly timeout?: Duration }): Promise<unknown>;
  /** Follows the chain to the newest generation. Rejects with InstanceNotFoundError. */
  get(instanceId: string): Promise<InstanceInfo>;
  list(filter?: InstanceFilter): Promise<InstanceInfoPage>;
  /** Stores the request; the owner compensates. Rejects with InstanceNotFoundError or InstanceNotCancellableError. */
  cancel(instanceId: string, reason?: string): Promise<void>;
  /** Stores a message and wakes those who wait for it. Resolves with its id when it is durable. Rejects with InvalidChannelError. */
  publish(request: PublishRequest): Promise<string>;
  /** The same to the direct channel of one instance, the newest of its generations. Rejects with InstanceNotFoundError. */
  sendTo(instanceId: string, request: PublishRequest): Promise<string>;
  /**
   * Stores an event together with the instances that it starts, and wakes those that wait for it. Resolves when all of it is durable; a redelivery
   * changes nothing. Rejects with WorkflowNotRegisteredError, InvalidChannelError, UnstorableValueError or StorageUnavailableError.
   */
  deliver(event: AcceptedEvent): Promise<DeliverReport>;
  block(instanceId: string): Promise<InstanceBlock | undefined>;
  /** Whether the instance is suspected of taking its workers down: it was taken over more than once without making progress. */
  suspicion(instanceId: string): Promise<InstanceSuspicion | undefined>;
  /** Clears the block of an instance, or the rest of a suspected one, and runs it again. False if there was neither. */
  retryBlocked(instanceId: string): Promise<boolean>;
  /** How much there is to do in the whole database, by a look at it. */
  statistics(): Promise<StorageStatistics>;
  /** This process does the housekeeping for all. At most one leads at a time. */
  readonly leads: boolean;
  /**
   * Tries the newest generation again: a blocked one goes on, a failed or cancelled one is started anew with the same input and `continuedFrom`.
   * Rejects with InstanceNotFoundError, InstanceNotRetryableError or WorkflowNotRegisteredError.
   */
  retry(instanceId: string): Promise<RetryReport>;
  /** Reads instances of every framework, for people. */
  readonly inspector: Inspector;
  /** Resolves when no instance runs here and nothing waits to be written. For tests and draining. */
  whenIdle(): Promise<void>;
  /** Names and intervals of the loops, for the scheduler registry. */
  readonly loops: readonly EngineLoop[];
}

export interface EngineLoop {
  readonly name: string;
  readonly intervalMs: number;
  /** Runs once now; answers how much it did. */
  tick(): Promise<number>;
  wake(): void;
  pause(): void;
  resume(): void;
}
