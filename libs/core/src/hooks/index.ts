export type * from './engine-events.js';
export type * from './instance-events.js';
export type * from './step-events.js';
export type * from './wait-events.js';
export {
  HOOK_NAMES,
  hookNameOf,
  WORKFLOW_EVENT_NAMES,
  type WorkflowEvent,
  type WorkflowEventName,
} from './event-names.js';
export type { HookEvent, HookName, WorkflowHooks } from './workflow-hooks.js';
