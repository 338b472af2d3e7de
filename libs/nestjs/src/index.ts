export { DeclaredWorkflows, type DeclaredWorkflow } from './client/declared-workflows.js';
export { WorkflowClient } from './client/workflow-client.js';
export type { WorkflowFilter } from './client/workflow-filter.js';
export { WorkflowHandle } from './client/workflow-handle.js';
export type {
  ExecuteOptions,
  ResultOptions,
  StartOptions,
  WorkflowInput,
  WorkflowResult,
} from './client/workflow-types.js';
export { ActivityContext } from './context/activity-context.js';
export { Activity, type ActivityDecorator, type ActivityType } from './decorators/activity.decorator.js';
export { CompensationFor } from './decorators/compensation-for.decorator.js';
export { Workflow, type WorkflowType } from './decorators/workflow.decorator.js';
export type { Mistake } from './discovery/mistake.js';
export { ClientInWorkflowError } from './errors/client-in-workflow.error.js';
export { InvalidInputError } from './errors/invalid-input.error.js';
export { NotInActivityError } from './errors/not-in-activity.error.js';
export { NotTransactionalError } from './errors/not-transactional.error.js';
export { StartupError } from './errors/startup.error.js';
export { WaitInTransactionError } from './errors/wait-in-transaction.error.js';
export { ProblemException, type Problem } from './http/problem.exception.js';
export { ProblemFilter } from './http/problem.filter.js';
export type { ActivityDecoratorOptions, CompensationForOptions } from './interfaces/activity-options.interface.js';
export type { Compensated, CompensatedInDoubt } from './interfaces/compensated.interface.js';
export type {
  RomancyHttpOptions,
  RomancyModuleExtras,
  RomancyModuleOptions,
  RomancyOptionsFactory,
} from './interfaces/module-options.interface.js';
export type {
  SchemaIssue,
  StandardJsonSchema,
  StandardResult,
  StandardSchema,
  ValidatedClass,
  ValueSchema,
} from './interfaces/schema.interface.js';
export type { WorkflowOptions } from './interfaces/workflow-options.interface.js';
export type { WorkflowMcpOptions, WorkflowSchemas } from './interfaces/workflow-schemas.interface.js';
export { RomancyModule } from './romancy.module.js';
export {
  ROMANCY_CLOCK,
  ROMANCY_ENGINE_FACTORY,
  ROMANCY_LOGGER,
  ROMANCY_OPTIONS,
  ROMANCY_STORAGE_FACTORY,
} from './romancy.tokens.js';
export { EngineHost } from './runtime/engine-host.js';
export type { EngineFactory, StorageFactory } from './runtime/factories.js';
export { WorkflowLoops } from './runtime/workflow-loops.js';
export { checkValue, isStandardSchema } from './schema/check-value.js';
export type { CheckedValue } from './schema/checked-value.js';
export { judgeSchema } from './schema/judge-schemas.js';
export {
  ActivityAbortedError,
  ActivityTimeoutError,
  DEFAULT_RETRY,
  DuplicateErrorClassError,
  EngineStateError,
  HistoryLimitError,
  InstanceConflictError,
  InstanceNotCancellableError,
  InstanceNotFoundError,
  InvalidDurationError,
  InvalidInstanceIdError,
  InvalidRetryPolicyError,
  LeaseLostError,
  NonDeterminismError,
  PayloadTooLargeError,
  ResultTimeoutError,
  retry,
  RetryAfterError,
  RetryExhaustedError,
  RomancyError,
  StepIdError,
  StorageUnavailableError,
  TerminalError,
  TransactionEndedError,
  UnreadablePayloadError,
  UnstorableValueError,
  WorkflowCancelledError,
  WorkflowFailedError,
  WorkflowNotRegisteredError,
} from '@romancy/core';
export type {
  ActivityOptions,
  Clock,
  CompensationCall,
  ConflictPolicy,
  Duration,
  EngineApi,
  EngineLoop,
  EngineOptions,
  EngineSettings,
  InputFilter,
  InstanceBlock,
  InstanceFailure,
  InstanceInfo,
  InstanceInfoPage,
  InstanceStatus,
  Logger,
  LogFields,
  RetryPolicy,
  StepKey,
  StepOptions,
  Storage,
  WorkflowContext,
} from '@romancy/core';
export {
  DatabaseUrlError,
  DriverError,
  GateTimeoutError,
  MigrationError,
  PageTokenError,
  TransactionMisuseError,
} from '@romancy/typeorm';
export type { MigrationMode, StorageSettings } from '@romancy/typeorm';
