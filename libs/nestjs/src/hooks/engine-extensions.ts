import { Injectable } from '@nestjs/common';
import { EngineStateError, type Tracing, type WorkflowHooks } from '@romancy/core';

let taken: (extensions: EngineExtensions) => readonly WorkflowHooks[];

/**
 * Where a module of the application adds listeners, or distributed tracing, to the engine: in its constructor or in `onModuleInit`, before the
 * engine is made.
 *
 * @example
 * ```ts
 * constructor(extensions: EngineExtensions) {
 *   extensions.addHooks({ onWorkflowFailed: ({ instanceId }) => this.note(instanceId) });
 * }
 * ```
 */
@Injectable()
export class EngineExtensions {
  static {
    taken = (extensions) => {
      extensions.#closed = true;
      return extensions.#hooks;
    };
  }

  readonly #hooks: WorkflowHooks[] = [];
  #tracing: Tracing | undefined;
  #closed = false;

  /** @throws EngineStateError after the application's bootstrap has begun. */
  addHooks(hooks: WorkflowHooks): void {
    this.#mustBeOpen('add hooks');
    this.#hooks.push(hooks);
  }

  /**
   * Carries trace contexts along with the work; there is one such for an application.
   * @throws EngineStateError after the application's bootstrap has begun, and where there is one already.
   */
  setTracing(tracing: Tracing): void {
    this.#mustBeOpen('set tracing');
    if (this.#tracing) throw new EngineStateError('set tracing', 'traced already');
    this.#tracing = tracing;
  }

  /** What was added; undefined for none. */
  get tracing(): Tracing | undefined {
    return this.#tracing;
  }

  #mustBeOpen(what: string): void {
    if (this.#closed) throw new EngineStateError(what, 'started');
  }
}

/** The hooks that were added; from now on nothing can be. For the module alone, when it makes the engine. */
export function takeHooks(extensions: EngineExtensions): readonly WorkflowHooks[] {
  return taken(extensions);
}
