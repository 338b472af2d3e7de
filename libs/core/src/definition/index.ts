export * from './activity-definition.js';
export * from './check-schema.js';
export * from './define-channel.js';
export * from './define-event.js';
export * from './duration.js';
export * from './event-definitions.js';
export * from './messages.js';
export * from './messaging-context.js';
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
export * from './standard-schema.js';
export * from './tokens.js';
export * from './workflow-context.js';
export * from './workflow-definition.js';
