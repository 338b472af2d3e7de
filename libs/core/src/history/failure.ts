export { ErrorTypes } from './error-types.js';
export { failureOf, fromFailure } from './failure-builder.js';
export { toFailure } from './failure-recorder.js';
export type { RecordedFailure } from './recorded-failure.js';
