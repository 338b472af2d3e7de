import { HOOK_NAMES, hookNameOf, type EngineSettings } from '@romancy/core';
import type { FoundListeners, FoundWorkflow } from '../discovery/found.js';
import type { Mistake } from '../discovery/mistake.js';
import { judgePlace, providedOnce } from '../discovery/workflow-validator.js';
import * as messages from './hooks.messages.js';

/** Mistakes of decorated listeners. */
export function judgeListeners(
  found: readonly FoundListeners[],
  workflows: readonly FoundWorkflow[],
): readonly Mistake[] {
  const ofWorkflows = new Set(workflows.map(({ provider }) => provider));
  const once = providedOnce(found.map(({ provider }) => provider));
  const mistakes: Mistake[] = [...once.mistakes];
  for (const { provider, listeners } of found.filter((one) => once.kept.has(one.provider))) {
    const { className } = provider;
    if (!ofWorkflows.has(provider)) mistakes.push(...judgePlace(provider, className));
    for (const { event, method, isStatic } of listeners) {
      const where = `${className}.${method}`;
      if (ofWorkflows.has(provider)) mistakes.push(messages.LISTENER_IN_WORKFLOW(where));
      if (isStatic) mistakes.push(messages.STATIC_LISTENER(where));
      if (hookNameOf(event) === undefined) mistakes.push(messages.UNKNOWN_EVENT(where, event));
    }
  }
  return mistakes;
}

/** Mistakes of the module's option. Of an object of a class only the hooks are looked at: it may have other members. */
export function judgeHooks(hooks: EngineSettings['hooks']): readonly Mistake[] {
  return [hooks ?? []].flat().flatMap((one) => {
    const given = Object.entries(one) as [string, unknown][];
    const isPlain = Object.getPrototypeOf(one) === Object.prototype;
    const known = new Set<string>(HOOK_NAMES);
    return given.flatMap(([name, value]) => {
      if (!known.has(name)) return isPlain ? [messages.UNKNOWN_HOOK(name)] : [];
      return value === undefined || typeof value === 'function' ? [] : [messages.NO_FUNCTION(name)];
    });
  });
}
