import { hookNameOf, type WorkflowHooks } from '@romancy/core';
import type { FoundListeners } from '../discovery/found.js';

/** Decorated methods as hooks, one for each mark. */
export function decoratedHooks(found: readonly FoundListeners[]): readonly WorkflowHooks[] {
  return found.flatMap(({ provider: { instance }, listeners }) =>
    listeners.flatMap(({ event, method }) => {
      const hook = hookNameOf(event);
      return instance === undefined || hook === undefined ? [] : [{ [hook]: calling(instance, method) }];
    }),
  );
}

/** The method is looked up at each call, so that a test may replace it. */
function calling(instance: object, method: string): (event: unknown) => unknown {
  return (event) => {
    const listener: unknown = Reflect.get(instance, method);
    return typeof listener === 'function' ? (Reflect.apply(listener, instance, [event]) as unknown) : undefined;
  };
}
