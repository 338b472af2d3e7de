import { RUN_METHOD } from '../romancy.constants.js';
import * as messages from './discovery.messages.js';
import type { FoundProvider, FoundWorkflow } from './found.js';
import type { Mistake } from './mistake.js';
import { judgeName, NameTable } from './name-rules.js';

/** Mistakes of the workflows among themselves. */
export function judgeWorkflows(workflows: readonly FoundWorkflow[]): readonly Mistake[] {
  const names = new NameTable();
  const once = providedOnce(workflows.map(({ provider }) => provider));
  const found: Mistake[] = [...once.mistakes];
  for (const { provider, metadata } of workflows.filter((item) => once.kept.has(item.provider))) {
    const where = provider.className;
    found.push(...judgePlace(provider, where));
    if (!hasRun(provider)) found.push(messages.NO_RUN(where));
    found.push(...judgeName(where, 'workflow', metadata.name), ...names.claim(where, 'workflow', metadata.name));
  }
  return found;
}

/** Where a class may stand so that there is one object of it for everybody. */
export function judgePlace(provider: FoundProvider, where: string): readonly Mistake[] {
  if (provider.place === 'controller') return [messages.IN_CONTROLLER(where)];
  if (provider.scope === 'request') return [messages.REQUEST_SCOPED(where)];
  if (provider.scope === 'transient') return [messages.TRANSIENT(where)];
  return provider.moduleRef ? [] : [messages.NO_MODULE(where)];
}

/** Reports a class that several modules provide, once, and keeps its first provider for the other checks. */
export function providedOnce(providers: readonly FoundProvider[]): {
  readonly kept: ReadonlySet<FoundProvider>;
  readonly mistakes: readonly Mistake[];
} {
  const byClass = new Map<unknown, FoundProvider[]>();
  for (const provider of providers) {
    const key = provider.type ?? provider;
    byClass.set(key, [...(byClass.get(key) ?? []), provider]);
  }
  const groups = [...byClass.values()];
  const repeated = groups.filter((group) => group.length > 1);
  return {
    kept: new Set(groups.flatMap((group) => group.slice(0, 1))),
    mistakes: repeated.map((group) =>
      messages.PROVIDED_TWICE(group[0]?.className ?? '', [...new Set(group.map((provider) => provider.moduleName))]),
    ),
  };
}

function hasRun(provider: FoundProvider): boolean {
  const target: unknown = provider.type ? provider.type.prototype : provider.instance;
  return typeof target !== 'object' || target === null || typeof Reflect.get(target, RUN_METHOD) === 'function';
}
