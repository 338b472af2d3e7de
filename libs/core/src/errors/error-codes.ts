import { ActivityAbortedError } from './activity-aborted-error.js';
import { ActivityTimeoutError } from './activity-timeout-error.js';
import { DuplicateErrorClassError } from './duplicate-error-class-error.js';
import { EngineStateError } from './engine-state-error.js';
import { EventRefusedError } from './event-refused-error.js';
import { HistoryLimitError } from './history-limit-error.js';
import { InstanceConflictError } from './instance-conflict-error.js';
import { InstanceNotCancellableError } from './instance-not-cancellable-error.js';
import { InstanceNotFoundError } from './instance-not-found-error.js';
import { InstanceNotRetryableError } from './instance-not-retryable-error.js';
import { InvalidDurationError } from './invalid-duration-error.js';
import { InvalidEventError } from './invalid-event-error.js';
import { InvalidInstanceIdError } from './invalid-instance-id-error.js';
import { InvalidRetryPolicyError } from './invalid-retry-policy-error.js';
import { LeaseLostError } from './lease-lost-error.js';
import { NonDeterminismError } from './non-determinism-error.js';
import { PayloadTooLargeError } from './payload-too-large-error.js';
import { ResultTimeoutError } from './result-timeout-error.js';
import { RetryAfterError } from './retry-after-error.js';
import { RetryExhaustedError } from './retry-exhausted-error.js';
import type { RomancyError } from './romancy-error.js';
import { StepIdError } from './step-id-error.js';
import {
  CommitUnknownError,
  EntryConflictError,
  SerializationConflictError,
  StorageUnavailableError,
} from './storage-errors.js';
import { ChannelModeConflictError } from './channel-mode-conflict-error.js';
import { InvalidChannelError } from './invalid-channel-error.js';
import { RecurError } from './recur-error.js';
import { WaitTimeoutError } from './wait-timeout-error.js';
import { TerminalError } from './terminal-error.js';
import { TransactionEndedError } from './transaction-ended-error.js';
import { UnreadablePayloadError } from './unreadable-payload-error.js';
import { UnstorableValueError } from './unstorable-value-error.js';
import { WorkflowCancelledError } from './workflow-cancelled-error.js';
import { WorkflowFailedError } from './workflow-failed-error.js';
import { WorkflowNotRegisteredError } from './workflow-not-registered-error.js';

export interface ErrorCodeEntry {
  readonly errorClass: abstract new (...args: never[]) => RomancyError;
  /** First line of its page in docs/errors. */
  readonly title: string;
}

/** Every code of this library with its class; docs/errors has a page for each. */
export const ERROR_CODES = {
  ROMANCY_ACTIVITY_ABORTED: { errorClass: ActivityAbortedError, title: 'An attempt of an activity was aborted' },
  ROMANCY_ACTIVITY_TIMEOUT: { errorClass: ActivityTimeoutError, title: 'An activity took too long' },
  ROMANCY_CHANNEL_MODE_CONFLICT: { errorClass: ChannelModeConflictError, title: 'A channel is read in another mode' },
  ROMANCY_COMMIT_UNKNOWN: { errorClass: CommitUnknownError, title: 'It is unknown whether a commit took effect' },
  ROMANCY_DUPLICATE_ERROR_CLASS: { errorClass: DuplicateErrorClassError, title: 'Two error classes have one name' },
  ROMANCY_ENGINE_STATE: { errorClass: EngineStateError, title: 'The engine is not in the state for this' },
  ROMANCY_ENTRY_CONFLICT: { errorClass: EntryConflictError, title: 'The database refused a row' },
  ROMANCY_EVENT_REFUSED: { errorClass: EventRefusedError, title: 'A receiver will never take an event' },
  ROMANCY_HISTORY_LIMIT: { errorClass: HistoryLimitError, title: 'The history of an instance is too long' },
  ROMANCY_INPUT_CHANGED: {
    errorClass: NonDeterminismError,
    title: 'A step is asked for with another input than recorded',
  },
  ROMANCY_INSTANCE_CONFLICT: { errorClass: InstanceConflictError, title: 'The instance id is taken' },
  ROMANCY_INSTANCE_NOT_CANCELLABLE: {
    errorClass: InstanceNotCancellableError,
    title: 'The instance has ended already',
  },
  ROMANCY_INSTANCE_NOT_FOUND: { errorClass: InstanceNotFoundError, title: 'There is no such instance' },
  ROMANCY_INSTANCE_NOT_RETRYABLE: {
    errorClass: InstanceNotRetryableError,
    title: 'The instance cannot be tried again',
  },
  ROMANCY_INVALID_CHANNEL: { errorClass: InvalidChannelError, title: 'This cannot be the name of a channel' },
  ROMANCY_INVALID_DURATION: { errorClass: InvalidDurationError, title: 'This is not a duration' },
  ROMANCY_INVALID_EVENT: { errorClass: InvalidEventError, title: 'An event is not accepted' },
  ROMANCY_INVALID_INSTANCE_ID: { errorClass: InvalidInstanceIdError, title: 'An instance id cannot be stored' },
  ROMANCY_INVALID_RETRY_POLICY: { errorClass: InvalidRetryPolicyError, title: 'A retry policy makes no sense' },
  ROMANCY_LEASE_LOST: { errorClass: LeaseLostError, title: 'Another worker holds the instance' },
  ROMANCY_NONDETERMINISM_MISSING_STEP: {
    errorClass: NonDeterminismError,
    title: 'A recorded step is not asked for any more',
  },
  ROMANCY_NONDETERMINISM_STEP_CHANGED: {
    errorClass: NonDeterminismError,
    title: 'A recorded step has become another one',
  },
  ROMANCY_NONDETERMINISM_UNREAD_HISTORY: {
    errorClass: NonDeterminismError,
    title: 'The workflow finished before its history',
  },
  ROMANCY_NON_DURABLE_AWAIT: {
    errorClass: NonDeterminismError,
    title: 'The workflow awaited something that is not durable',
  },
  ROMANCY_PAYLOAD_TOO_LARGE: { errorClass: PayloadTooLargeError, title: 'A value is too large' },
  ROMANCY_RECUR: { errorClass: RecurError, title: 'The next generation was asked for while steps were open' },
  ROMANCY_RESULT_TIMEOUT: { errorClass: ResultTimeoutError, title: 'The result did not come in time' },
  ROMANCY_RETRY_AFTER: { errorClass: RetryAfterError, title: 'An activity asks to be tried again later' },
  ROMANCY_RETRY_EXHAUSTED: { errorClass: RetryExhaustedError, title: 'An activity failed for good' },
  ROMANCY_SERIALIZATION_CONFLICT: {
    errorClass: SerializationConflictError,
    title: "Two transactions got into each other's way",
  },
  ROMANCY_STALLED: { errorClass: NonDeterminismError, title: 'The workflow waits for something that never comes' },
  ROMANCY_STEP_ID: { errorClass: StepIdError, title: 'A step has an id that cannot be used' },
  ROMANCY_STORAGE_UNAVAILABLE: { errorClass: StorageUnavailableError, title: 'The database is out of reach' },
  ROMANCY_TERMINAL_ERROR: {
    errorClass: TerminalError,
    title: 'An activity failed in a way that trying again cannot cure',
  },
  ROMANCY_TRANSACTION_ENDED: { errorClass: TransactionEndedError, title: 'A transaction was used after its end' },
  ROMANCY_UNREADABLE_PAYLOAD: { errorClass: UnreadablePayloadError, title: 'A stored value cannot be read' },
  ROMANCY_UNSTORABLE_VALUE: { errorClass: UnstorableValueError, title: 'A value cannot be stored' },
  ROMANCY_WAIT_TIMEOUT: { errorClass: WaitTimeoutError, title: 'Nothing arrived before the deadline of a wait' },
  ROMANCY_WORKFLOW_CANCELLED: { errorClass: WorkflowCancelledError, title: 'The workflow was cancelled' },
  ROMANCY_WORKFLOW_FAILED: { errorClass: WorkflowFailedError, title: 'The workflow failed' },
  ROMANCY_WORKFLOW_NOT_REGISTERED: { errorClass: WorkflowNotRegisteredError, title: 'The workflow is not known here' },
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;
