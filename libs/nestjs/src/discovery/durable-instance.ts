import { activityNameOf, skipOwnFrames } from '@romancy/core';
import { copyMetadata, wrapMethod, type AnyMethod } from '../decorators/wrap-method.js';

// A wrapped method is called through the proxy below.
skipOwnFrames();

/**
 * Makes sure that a method of a provided object is durable under this name, and answers the plain one. It wraps on the object itself where
 * the decorator did not: a fake behind the token, a subclass that overrides the method, a method that another decorator replaced afterwards.
 *
 * @returns undefined when the object has no such method, `'frozen'` when it cannot be replaced.
 */
export function ensureDurable(instance: object, method: string, name: string): AnyMethod | 'frozen' | undefined {
  const current: unknown = Reflect.get(instance, method);
  if (typeof current !== 'function') return undefined;
  if (activityNameOf(current) === name) return current as AnyMethod;
  const replaced = Reflect.defineProperty(instance, method, {
    value: seenAs(current as AnyMethod, wrapMethod(name, current as AnyMethod)),
    writable: true,
    configurable: true,
    enumerable: Object.prototype.propertyIsEnumerable.call(instance, method),
  });
  return replaced ? (current as AnyMethod) : 'frozen';
}

/** Called like `wrapped`, looked at like `original`: a mock keeps its recordings, and `mockReturnValue` still works on it. */
function seenAs(original: AnyMethod, wrapped: AnyMethod): AnyMethod {
  const proxy = new Proxy(original, {
    apply: (_target, self, args) => Reflect.apply(wrapped, self, args) as unknown,
    get: (target, key, receiver): unknown =>
      typeof key === 'symbol' && Object.hasOwn(wrapped, key)
        ? Reflect.get(wrapped, key)
        : Reflect.get(target, key, receiver),
  });
  copyMetadata(original, proxy);
  return proxy;
}
