export { DeclaredWorkflows, type DeclaredWorkflow } from './client/declared-workflows.js';
export { WorkflowClient } from './client/workflow-client.js';
export { WorkflowInspector, type InspectionFilter } from './client/workflow-inspector.js';
export type { WorkflowFilter } from './client/workflow-filter.js';
export { WorkflowHandle } from './client/workflow-handle.js';
export type {
  ExecuteOptions,
  MessageOptions,
  ResultOptions,
  StartOptions,
  WorkflowInput,
  WorkflowResult,
} from './client/workflow-types.js';
export { ActivityContext } from './context/activity-context.js';
export { Activity, type ActivityDecorator, type ActivityType } from './decorators/activity.decorator.js';
export { CompensationFor } from './decorators/compensation-for.decorator.js';
export { OnWorkflowEvent } from './decorators/on-workflow-event.decorator.js';
export { Workflow, type WorkflowFor, type WorkflowType } from './decorators/workflow.decorator.js';
export type { Mistake } from './discovery/mistake.js';
export type { IncomingEvent } from './events/incoming-event.js';
export { ClientInWorkflowError } from './errors/client-in-workflow.error.js';
export { InvalidInputError } from './errors/invalid-input.error.js';
export { NotInActivityError } from './errors/not-in-activity.error.js';
export { NotTransactionalError } from './errors/not-transactional.error.js';
export { StartupError } from './errors/startup.error.js';
export { WaitInTransactionError } from './errors/wait-in-transaction.error.js';
export { EngineExtensions } from './hooks/engine-extensions.js';
export { EndpointFilter } from './http/endpoint.filter.js';
export { OriginCheck, type OriginRules } from './http/origin-check.js';
export { ProblemException, type Problem, type ProblemField } from './http/problem.exception.js';
export { ProblemFilter } from './http/problem.filter.js';
export type { ActivityDecoratorOptions, CompensationForOptions } from './interfaces/activity-options.interface.js';
export type { Compensated, CompensatedInDoubt } from './interfaces/compensated.interface.js';
export type {
  RomancyEventsRouteOptions,
  RomancyHttpOptions,
  RomancyRouteOptions,
} from './interfaces/http-options.interface.js';
export type {
  RomancyModuleExtras,
  RomancyModuleOptions,
  RomancyOptionsFactory,
} from './interfaces/module-options.interface.js';
export type { RomancyOutboxOptions } from './interfaces/outbox-options.interface.js';
export type { StartData, StartEvent, StartOn, WorkflowOptions } from './interfaces/workflow-options.interface.js';
export { clientPublisher, type ClientPublisherOptions, type EventClient } from './outbox/client-publisher.js';
export type { EmitOptions } from './outbox/emit-options.js';
export { httpPublisher, type HttpPublisherOptions } from './outbox/http-publisher.js';
export type { ValidatedClass, ValueSchema } from './interfaces/schema.interface.js';
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
export { describeSchema } from './schema/describe-schema.js';
export { judgeSchema } from './schema/judge-schemas.js';
export {
  ActivityAbortedError,
  ActivityTimeoutError,
  ChannelModeConflictError,
  DEFAULT_RETRY,
  defineChannel,
  defineEvent,
  DuplicateErrorClassError,
  EngineStateError,
  EventRefusedError,
  HistoryLimitError,
  InstanceConflictError,
  InstanceNotCancellableError,
  InstanceNotFoundError,
  InstanceNotRetryableError,
  InvalidChannelError,
  InvalidDurationError,
  InvalidEventError,
  InvalidInstanceIdError,
  InvalidRetryPolicyError,
  LeaseLostError,
  NonDeterminismError,
  PayloadTooLargeError,
  RecurError,
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
  WaitTimeoutError,
  WorkflowCancelledError,
  WorkflowFailedError,
  WorkflowNotRegisteredError,
} from '@romancy/core';
export type {
  ActivityOptions,
  ChannelMode,
  ChannelToken,
  CheckedValue,
  Clock,
  CloudEventValue,
  CompensationCall,
  ConflictPolicy,
  DeliverReport,
  Duration,
  EngineApi,
  EngineLoop,
  EngineOptions,
  EngineSettings,
  EventDefinition,
  EventDefinitionOptions,
  EventOptions,
  EventToken,
  HistoryItem,
  InputFilter,
  InstanceBlock,
  InstanceDetail,
  InstanceFailure,
  InstanceInfo,
  InstanceInfoPage,
  InstanceStatus,
  InstanceSummary,
  InstanceSummaryPage,
  Logger,
  LogFields,
  OutboxHooks,
  OutboxPublisher,
  OutboxSettings,
  Overview,
  PublishContext,
  MessagingContext,
  PublishOptions,
  RaceBranches,
  ReceivedEvent,
  ReceivedMessage,
  ReceiveOptions,
  RetryPolicy,
  RetryReport,
  SleepOptions,
  SchemaIssue,
  StandardJsonSchema,
  StandardResult,
  StandardSchema,
  StepKey,
  StepOptions,
  StoredValue,
  Storage,
  TraceContext,
  Tracing,
  WaitOptions,
  WorkflowContext,
  WorkflowEvent,
  WorkflowEventName,
  WorkflowHooks,
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
