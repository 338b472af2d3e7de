import { Injectable } from '@nestjs/common';
import { Registry, TerminalError, type CompensationDefinition, type Runnable } from '@romancy/core';
import type { AnyMethod } from '../decorators/wrap-method.js';
import type { CompensationMetadata } from '../interfaces/metadata.interface.js';
import { compensationName } from './compensation-name.js';
import { collectDependencies } from './dependency-collector.js';
import * as messages from './discovery.messages.js';
import { ensureDurable } from './durable-instance.js';
import type { Discovered, FoundActivities, FoundProvider, FoundWorkflow } from './found.js';
import type { Mistake } from './mistake.js';
import { sourceOf } from './workflow-source.js';

/** Fills the registry of the engine with what was found and judged sound. Answers what only shows here. */
@Injectable()
export class Registrar {
  constructor(private readonly registry: Registry) {}

  async register({ workflows, activities }: Discovered): Promise<readonly Mistake[]> {
    const mistakes: Mistake[] = [];
    for (const found of activities) mistakes.push(...this.#addActivities(found));
    for (const found of workflows) mistakes.push(...(await this.#addWorkflow(found)));
    return mistakes;
  }

  async #addWorkflow({ provider, metadata }: FoundWorkflow): Promise<readonly Mistake[]> {
    try {
      const create = await factoryOf(provider);
      this.registry.addWorkflow({
        name: metadata.name,
        ...sourceOf(provider.type ?? provider.instance?.constructor),
        create,
      });
      return [];
    } catch (error) {
      return [
        messages.UNRESOLVED_DEPENDENCY(provider.className, error instanceof Error ? error.message : String(error)),
      ];
    }
  }

  #addActivities({ provider, activities, compensations }: FoundActivities): readonly Mistake[] {
    const mistakes: Mistake[] = [];
    const { instance } = provider;
    if (!instance) return mistakes;
    const bodyOf = (method: string, name: string): Body => {
      const body = ensureDurable(instance, method, name);
      if (body === 'frozen') mistakes.push(messages.NOT_WRAPPABLE(`${provider.className}.${method}`));
      return (args) => callOn(provider, method, body, args);
    };
    for (const { name, method, options } of activities) {
      const undo = compensations.find(({ activityMethod }) => activityMethod === method);
      const compensation = undo && this.#addCompensation(undo, compensationName(undo, activities), bodyOf);
      this.registry.addActivity({ name, options, invoke: bodyOf(method, name), compensation });
    }
    return mistakes;
  }

  /** A compensation is an activity too, so that a workflow which calls it by hand gets a step. */
  #addCompensation(
    { method, options, inDoubt }: CompensationMetadata,
    name: string,
    bodyOf: (method: string, name: string) => Body,
  ): CompensationDefinition {
    const invoke = bodyOf(method, name);
    this.registry.addActivity({ name, options, invoke });
    return { name, options, inDoubt, invoke: (call) => invoke([call]) };
  }
}

type Body = (args: readonly unknown[]) => unknown;

async function factoryOf({ type, moduleRef, instance }: FoundProvider): Promise<() => Runnable> {
  // What a test puts behind the token is one object for all runs; only a class can be built afresh.
  if (!type) return () => instance as Runnable;
  if (!moduleRef) throw new Error('it belongs to no module');
  return (await collectDependencies(type, moduleRef)) as () => Runnable;
}

function callOn(provider: FoundProvider, method: string, body: unknown, args: readonly unknown[]): unknown {
  if (typeof body === 'function') return Reflect.apply(body as AnyMethod, provider.instance, args as never[]);
  throw new TerminalError(
    `The object provided for ${provider.className} has no method "${method}". Add it to the fake.`,
  );
}
