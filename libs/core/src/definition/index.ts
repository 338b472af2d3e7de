export * from './activity-definition.js';
export * from './duration.js';
export * from './messages.js';
export * from './messaging-context.js';
export * from './retry-policy.js';
export * from './tokens.js';
export * from './workflow-context.js';
export * from './workflow-definition.js';
