export { ActivityAbortedError, type AbortReason, type ActivityAbortedFields } from './activity-aborted-error.js';
export { ActivityTimeoutError, type ActivityTimeoutFields } from './activity-timeout-error.js';
export { ChannelModeConflictError } from './channel-mode-conflict-error.js';
export { DuplicateErrorClassError } from './duplicate-error-class-error.js';
export { EngineStateError } from './engine-state-error.js';
export { ERROR_CODES, type ErrorCodeEntry } from './error-codes.js';
export { EventRefusedError } from './event-refused-error.js';
export { HistoryLimitError, type HistoryLimitFields } from './history-limit-error.js';
export {
  InstanceConflictError,
  type InstanceConflict,
  type InstanceConflictFields,
} from './instance-conflict-error.js';
export { InstanceNotCancellableError } from './instance-not-cancellable-error.js';
export { InstanceNotRetryableError } from './instance-not-retryable-error.js';
export { InstanceNotFoundError } from './instance-not-found-error.js';
export { InvalidChannelError } from './invalid-channel-error.js';
export { InvalidDurationError } from './invalid-duration-error.js';
export { InvalidEventError, type InvalidEventType } from './invalid-event-error.js';
export { InvalidInstanceIdError } from './invalid-instance-id-error.js';
export { InvalidRetryPolicyError } from './invalid-retry-policy-error.js';
export { LeaseLostError } from './lease-lost-error.js';
export {
  NON_DETERMINISM_CODES,
  NonDeterminismError,
  type AskedStep,
  type NonDeterminismCode,
  type NonDeterminismFields,
  type NonDeterminismKind,
  type RecordedStep,
} from './non-determinism-error.js';
export { PayloadTooLargeError } from './payload-too-large-error.js';
export { RecurError } from './recur-error.js';
export { ResultTimeoutError } from './result-timeout-error.js';
export { RetryAfterError, type RetryAfterErrorOptions } from './retry-after-error.js';
export { RetryExhaustedError, type RetryExhaustedFields } from './retry-exhausted-error.js';
export { RomancyError, type ErrorDetails, type RomancyErrorOptions } from './romancy-error.js';
export { StepIdError, type StepIdFields } from './step-id-error.js';
export {
  CommitUnknownError,
  EntryConflictError,
  SerializationConflictError,
  StorageUnavailableError,
} from './storage-errors.js';
export { TerminalError, type TerminalErrorOptions } from './terminal-error.js';
export { TransactionEndedError } from './transaction-ended-error.js';
export { UnreadablePayloadError } from './unreadable-payload-error.js';
export { UnstorableValueError } from './unstorable-value-error.js';
export { WorkflowCancelledError, type WorkflowCancelledFields } from './workflow-cancelled-error.js';
export { WorkflowFailedError, type WorkflowFailedFields } from './workflow-failed-error.js';
export { WorkflowNotRegisteredError } from './workflow-not-registered-error.js';
export { WaitTimeoutError } from './wait-timeout-error.js';
