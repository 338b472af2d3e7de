/** Metadata keys. `Symbol.for`, so that two loaded copies of this package read each other's decorators. */
export const WORKFLOW_METADATA = Symbol.for('romancy:workflow');
export const ACTIVITY_METADATA = Symbol.for('romancy:activities');
export const LISTENER_METADATA = Symbol.for('romancy:listeners');
export const COMPENSATION_METADATA = Symbol.for('romancy:compensations');

/** The method that a class marked `@Workflow()` runs. */
export const RUN_METHOD = 'run';
/** The method that a class marked `@Activity()` runs. */
export const EXECUTE_METHOD = 'execute';
