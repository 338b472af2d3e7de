import type { Logger } from '../ports/logger.js';
import { HookListener } from './hook-listener.js';
import { HOOK_NAMES } from './event-names.js';
import type { HookEvent, HookName, WorkflowHooks } from './workflow-hooks.js';

/**
 * What the engine calls: a member for each hook that somebody listens to, and none for the others, so that `calls.onCommit?.({ … })` costs a
 * look and nothing else where nobody does.
 */
export type HookCalls = { readonly [Name in HookName]?: (event: HookEvent<Name>) => void };

export function hookCalls(hooks: readonly WorkflowHooks[], logger: Logger): HookCalls {
  const listeners = hooks.map((one) => new HookListener(one, logger));
  const calls: Partial<Record<HookName, (event: never) => void>> = {};
  for (const name of HOOK_NAMES) {
    const listening = listeners.filter((listener) => listener.hears(name));
    if (listening.length === 0) continue;
    calls[name] = (event) => {
      for (const listener of listening) listener.tell(name, event);
    };
  }
  return calls as HookCalls;
}
