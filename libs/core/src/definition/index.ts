export * from './activity-definition.js';
export * from './duration.js';
export {
  DEFAULT_RETRY,
  decideRetry,
  resolveRetry,
  retry,
  retryDelay,
  type ResolvedRetryPolicy,
  type RetryDecision,
  type RetryPolicy,
  type RetryQuestion,
} from './retry-policy.js';
export * from './workflow-context.js';
export * from './workflow-definition.js';
