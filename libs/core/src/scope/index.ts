export * from './durable-method.js';
export * from './scope.js';
