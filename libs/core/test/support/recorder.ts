import { hookNameOf, WORKFLOW_EVENT_NAMES, type HookName, type WorkflowHooks } from '@romancy/core';

type Told = Readonly<Record<string, unknown>>;

/** Listens to everything, and remembers it. */
export class Recorder {
  readonly told: { readonly name: HookName; readonly event: Told }[] = [];
  readonly hooks: WorkflowHooks;

  /** @param ignored hooks that are not remembered: those of turns and commits unless something else is given */
  constructor(ignored: readonly HookName[] = ['onTurnStart', 'onTurnEnd', 'onCommit']) {
    const names = WORKFLOW_EVENT_NAMES.map(hookNameOf).filter((name): name is HookName => name !== undefined);
    const listeners = names.map((name) => [
      name,
      (event: Told) => {
        if (!ignored.includes(name)) this.told.push({ name, event });
      },
    ]);
    this.hooks = Object.fromEntries(listeners) as WorkflowHooks;
  }

  get names(): readonly HookName[] {
    return this.told.map(({ name }) => name);
  }

  /** What was told by this hook. */
  of(name: HookName): readonly Told[] {
    return this.told.filter((one) => one.name === name).map(({ event }) => event);
  }

  /** What was told once by this hook. */
  once(name: HookName): Told {
    const [event, ...more] = this.of(name);
    if (event === undefined || more.length > 0)
      throw new Error(`${name} was told ${String(this.of(name).length)} times.`);
    return event;
  }
}
