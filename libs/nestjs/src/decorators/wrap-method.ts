import { durableMethod } from '@romancy/core';
import { warnOfNestedCall } from '../context/nested-call.js';

export type AnyMethod = (this: unknown, ...args: never[]) => unknown;

/**
 * Puts the durable wrapper around a method and carries over the metadata that other decorators left on the function, so that their order does
 * not matter.
 */
export function wrapMethod(name: string, original: AnyMethod): AnyMethod {
  const plain: AnyMethod = function (...args) {
    warnOfNestedCall(name);
    return original.apply(this, args);
  };
  Object.defineProperty(plain, 'name', { value: original.name });
  Object.defineProperty(plain, 'length', { value: original.length });
  const wrapped = durableMethod(name, plain);
  copyMetadata(original, wrapped);
  return wrapped;
}

/** Carries over what decorators have left on a function to the one that takes its place. */
export function copyMetadata(from: object, to: object): void {
  for (const key of Reflect.getOwnMetadataKeys(from) as (string | symbol)[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, from), to);
  }
}
