import type { ModuleRef } from '@nestjs/core';
import type { Class } from '../interfaces/metadata.interface.js';

type Constructor = new (...args: unknown[]) => object;

/**
 * Resolves what a class injects once, through the container of the module that provides it, and answers a function that builds an object of
 * the class with it: synchronously, as often as needed (E8).
 */
export async function collectDependencies(type: Class, moduleRef: ModuleRef): Promise<() => object> {
  const target = type as unknown as Constructor;
  const { args, properties } = await capture(target, moduleRef);
  const injected = Object.entries(properties).length + Object.getOwnPropertySymbols(properties).length > 0;
  return injected ? () => Object.assign(new target(...args), properties) : () => new target(...args);
}

/**
 * Lets Nest build a class whose constructor only notes its arguments. It inherits the parameter types, tokens and optional flags of the
 * workflow class through the prototype chain, so nothing needs to be known about how Nest writes them, and the workflow's own constructor does
 * not run for this. Nest then sets the injected properties on the empty object that it returns.
 */
async function capture(
  target: Constructor,
  moduleRef: ModuleRef,
): Promise<{ readonly args: unknown[]; readonly properties: object }> {
  let args: unknown[] = [];
  const recorder = function (...received: unknown[]): object {
    args = received;
    return {};
  } as unknown as Constructor;
  Object.setPrototypeOf(recorder, target);
  Object.defineProperty(recorder, 'prototype', { value: Object.create(target.prototype as object) });
  Object.defineProperty(recorder, 'name', { value: target.name });
  const properties = await moduleRef.create(recorder);
  return { args, properties };
}
