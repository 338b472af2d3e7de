export * from './definition/index.js';
export * from './errors/index.js';
export * from './events/index.js';
export { activityCompleted, activityFailed, completedOutput, failedOutput } from './history/envelope.js';
export * from './hooks/index.js';
export { ErrorTypes, fromFailure, toFailure, type RecordedFailure } from './history/failure.js';
export { JsonPayloadCodec, type JsonPayloadCodecOptions, type PayloadCodec } from './history/payload-codec.js';
export { exportHistory } from './history/export-history.js';
export {
  applyTransforms,
  isTransformed,
  type PayloadTransform,
  type TransformChain,
} from './history/payload-transform.js';
export type { RecordedHistory, RecordedRow } from './history/recorded-history.js';
export * from './inspection/index.js';
export { derivedId } from './messages/message-id.js';
export * from './outbox/index.js';
export * from './ports/index.js';
export * from './registry/registry.js';
export { skipOwnFrames } from './replay/call-site.js';
export { InstanceRetention } from './retention/instance-retention.js';
export type { RetentionRun } from './retention/retention-run.js';
export { RetentionPolicy } from './retention/retention-policy.js';
export type { InstanceRetentionOptions, RetentionTimes } from './retention/retention-options.js';
export { Engine } from './runtime/engine.js';
export * from './runtime/engine-api.js';
export type { ConflictPolicy, EngineOptions, EngineSettings } from './runtime/engine-options.js';
export * from './runtime/instance-info.js';
export { OUTBOX_LOOP } from './loops/outbox-loops.js';
export { Semaphore } from './runtime/semaphore.js';
export { traceAmong } from './runtime/trace-text.js';
export { SystemClock } from './runtime/system-clock.js';
export { uuidv7 } from './runtime/uuid-v7.js';
export * from './scope/index.js';
