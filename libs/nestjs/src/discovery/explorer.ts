import { Injectable } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import type { Class } from '../interfaces/metadata.interface.js';
import { ROMANCY_OPTIONS } from '../romancy.tokens.js';
import type { Discovered, FoundActivities, FoundListeners, FoundProvider, FoundWorkflow } from './found.js';
import { MetadataAccessor } from './metadata.accessor.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Finds what is marked among the providers of all modules. It only looks; nothing is registered or judged here. */
@Injectable()
export class Explorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly accessor: MetadataAccessor,
  ) {}

  explore(): Discovered {
    const workflows: FoundWorkflow[] = [];
    const activities: FoundActivities[] = [];
    const listeners: FoundListeners[] = [];
    const seen = new Set<object>();
    // Classes first: what a factory or an alias hands on is then known as a second name of theirs.
    const all = this.discovery.getProviders();
    const providers = [...all.filter(isClassProvider), ...all.filter((wrapper) => !isClassProvider(wrapper))];
    for (const [place, wrappers] of [
      ['provider', providers],
      ['controller', this.discovery.getControllers()],
    ] as const) {
      for (const wrapper of wrappers) {
        const { type, token } = classesOf(wrapper);
        const marked = this.#read(type, token);
        if (!marked) continue;
        const provider = describe(wrapper, marked.by, type, place);
        if (provider.instance && seen.has(provider.instance)) continue;
        if (provider.instance) seen.add(provider.instance);
        if (marked.workflow) workflows.push({ provider, metadata: marked.workflow });
        if (marked.activities.length + marked.compensations.length > 0) activities.push({ provider, ...marked });
        if (marked.listeners.length > 0) listeners.push({ provider, listeners: marked.listeners });
      }
    }
    const modules = providers.filter((wrapper) => wrapper.token === ROMANCY_OPTIONS).length;
    return { workflows, activities, listeners, modules };
  }

  /** Metadata of the implementing class, filled up with that of the token's class: what a test puts behind a token is known by the token. */
  #read(type: Class | undefined, token: Class | undefined): (Omit<FoundActivities, 'provider'> & Marks) | undefined {
    const classes = [type, token].filter((item): item is Class => item !== undefined);
    const workflow = classes.map((item) => this.accessor.workflow(item)).find((item) => item !== undefined);
    const activities = firstPerMethod(classes.map((item) => this.accessor.activities(item)));
    const compensations = firstPerMethod(classes.map((item) => this.accessor.compensations(item)));
    const listeners = firstPerMethod(classes.map((item) => this.accessor.listeners(item)));
    const by = classes.find((item) => this.#isMarked(item));
    return by && { by, workflow, activities, compensations, listeners };
  }

  #isMarked(item: Class): boolean {
    const { accessor } = this;
    return (
      accessor.workflow(item) !== undefined ||
      accessor.activities(item).length > 0 ||
      accessor.compensations(item).length > 0 ||
      accessor.listeners(item).length > 0
    );
  }
}

interface Marks extends Omit<FoundListeners, 'provider'> {
  readonly by: Class;
  readonly workflow: FoundWorkflow['metadata'] | undefined;
}

function isClassProvider(wrapper: Wrapper): boolean {
  return typeof wrapper.metatype === 'function' && !wrapper.isFactory;
}

function classesOf(wrapper: Wrapper): { readonly type: Class | undefined; readonly token: Class | undefined } {
  const token = typeof wrapper.token === 'function' ? (wrapper.token as Class) : undefined;
  if (isClassProvider(wrapper)) return { type: wrapper.metatype as Class, token };
  const instance: unknown = wrapper.instance;
  // Through the prototype: a proxy or an automatic mock may answer anything when asked for `constructor`.
  const prototype: unknown =
    typeof instance === 'object' && instance !== null ? Object.getPrototypeOf(instance) : undefined;
  const type = typeof prototype === 'object' && prototype !== null ? (prototype.constructor as Class) : undefined;
  return { type: type === (Object as unknown) ? undefined : type, token };
}

function describe(wrapper: Wrapper, by: Class, type: Class | undefined, place: FoundProvider['place']): FoundProvider {
  const isStatic = wrapper.isDependencyTreeStatic();
  const scope = wrapper.isTransient ? 'transient' : isStatic ? 'default' : 'request';
  const instance: unknown = scope === 'default' ? wrapper.instance : undefined;
  const moduleRef: unknown = wrapper.host?.getProviderByKey(ModuleRef).instance;
  return {
    className: by.name,
    marked: by,
    moduleName: wrapper.host?.name ?? '(none)',
    moduleRef: moduleRef instanceof ModuleRef ? moduleRef : undefined,
    type: isClassProvider(wrapper) ? type : undefined,
    instance: typeof instance === 'object' && instance !== null ? instance : undefined,
    place,
    scope,
  };
}

function firstPerMethod<T extends { readonly method: string }>(lists: readonly (readonly T[])[]): readonly T[] {
  const [first = [], ...rest] = lists;
  const known = new Set(first.map((entry) => entry.method));
  return [...first, ...rest.flat().filter((entry) => !known.has(entry.method))];
}
