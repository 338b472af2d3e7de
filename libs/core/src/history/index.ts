export {
  activityCompleted,
  activityFailed,
  cancelledOutput,
  compensationExecuted,
  compensationFailed,
  completedOutput,
  failedOutput,
  timerExpired,
  workflowCancelled,
  workflowFailed,
  type ActivityCompletedParts,
  type ActivityFailedParts,
  type CancelledOutputParts,
  type Cancellation,
  type CompensationParts,
} from './envelope.js';
export { readActivityResult, readFailure, readInput, readOutputResult } from './envelope-reader.js';
export { ErrorTypes, fromFailure, toFailure, type ErrorClass, type RecordedFailure } from './failure.js';
export { JsonPayloadCodec, type JsonPayloadCodecOptions, type PayloadCodec } from './payload-codec.js';
export { applyTransforms, type PayloadTransform } from './payload-transform.js';
