import type { HookEvent, HookName } from './workflow-hooks.js';

type EventNameOf<Name extends HookName> = Name extends `onWorkflow${infer Rest}`
  ? Uncapitalize<Rest>
  : Name extends `on${infer Rest}`
    ? Uncapitalize<Rest>
    : never;

/** Names of what hooks tell of: `'failed'` for `onWorkflowFailed`, `'activityRetry'` for `onActivityRetry`. */
export type WorkflowEventName = EventNameOf<HookName>;

type HookOf<Name extends WorkflowEventName> = {
  [Hook in HookName]: EventNameOf<Hook> extends Name ? Hook : never;
}[HookName];

/** What is told under a name. */
export type WorkflowEvent<Name extends WorkflowEventName> = HookEvent<HookOf<Name>>;

const LISTED: Readonly<Record<HookName, true>> = {
  onWorkflowStart: true,
  onWorkflowComplete: true,
  onWorkflowFailed: true,
  onWorkflowCancelled: true,
  onWorkflowRecur: true,
  onWorkflowBlocked: true,
  onActivityStart: true,
  onActivityComplete: true,
  onActivityFailed: true,
  onActivityRetry: true,
  onActivityCacheHit: true,
  onEventReceived: true,
  onEventWaitStart: true,
  onEventWaitComplete: true,
  onEventTimeout: true,
  onTimerStart: true,
  onTimerFired: true,
  onReplayStart: true,
  onReplayComplete: true,
  onCompensationStart: true,
  onCompensationComplete: true,
  onCompensationFailed: true,
  onCompensationRetry: true,
  onOutboxSent: true,
  onOutboxFailed: true,
  onLeaseLost: true,
  onTurnStart: true,
  onTurnEnd: true,
  onCommit: true,
};

/** The names of all hooks. */
export const HOOK_NAMES = Object.keys(LISTED) as readonly HookName[];

const BY_EVENT = new Map<string, HookName>(
  HOOK_NAMES.map((hook) => {
    const [first = '', ...rest] = hook.replace(/^on(Workflow)?/, '');
    return [first.toLowerCase() + rest.join(''), hook];
  }),
);

/** The names under which `@OnWorkflowEvent()` knows the hooks. */
export const WORKFLOW_EVENT_NAMES = [...BY_EVENT.keys()] as readonly WorkflowEventName[];

/** The hook that tells of an event; undefined for a name that there is not. */
export function hookNameOf(event: string): HookName | undefined {
  return BY_EVENT.get(event);
}
