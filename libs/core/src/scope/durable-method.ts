import { currentScope } from './scope.js';

const ACTIVITY_NAME = Symbol.for('romancy.activity-name');

type AnyMethod = (this: unknown, ...args: never[]) => unknown;

/**
 * Wraps a method so that it is a durable step inside a workflow and an ordinary method elsewhere (A2). Inside another activity it is a plain
 * call without history.
 */
export function durableMethod<F extends AnyMethod>(name: string, original: F): F {
  const wrapper = function (this: unknown, ...args: never[]): unknown {
    const scope = currentScope();
    if (scope?.kind === 'workflow') return scope.callActivity(name, args);
    return original.apply(this, args);
  };
  Object.defineProperty(wrapper, 'name', { value: original.name });
  Object.defineProperty(wrapper, 'length', { value: original.length });
  Object.defineProperty(wrapper, ACTIVITY_NAME, { value: name });
  return wrapper as unknown as F;
}

/** Name under which a wrapped method is registered; undefined for an ordinary function. */
export function activityNameOf(method: unknown): string | undefined {
  if (typeof method !== 'function') return undefined;
  const name: unknown = Reflect.get(method, ACTIVITY_NAME);
  return typeof name === 'string' ? name : undefined;
}
