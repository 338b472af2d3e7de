import type { Logger } from '../ports/logger.js';
import { runInScope } from '../scope/scope.js';
import type { HookName, WorkflowHooks } from './workflow-hooks.js';

/** Calls of one listener that may be open at once; one that hangs is not allowed to fill the memory. */
const MOST_OPEN = 1000;

/** One object with hooks. Whatever it does, its caller goes on. */
export class HookListener {
  #open = 0;
  /** What was reported already: a hook that fails each time would fill the log. */
  readonly #reported = new Set<string>();

  constructor(
    private readonly hooks: WorkflowHooks,
    private readonly logger: Logger,
  ) {}

  hears(name: HookName): boolean {
    return typeof this.hooks[name] === 'function';
  }

  tell(name: HookName, event: never): void {
    if (this.#open >= MOST_OPEN) {
      this.#report(
        name,
        'hangs',
        `The hook ${name} has ${String(MOST_OPEN)} calls open; until some end, it is not called.`,
      );
      return;
    }
    try {
      // In no scope: what a listener calls is neither a step of the workflow nor part of an activity's transaction.
      const answer: unknown = runInScope(undefined, () => this.hooks[name]?.(event));
      if (isThenable(answer)) this.#follow(name, answer);
    } catch (error) {
      this.#failed(name, error);
    }
  }

  #follow(name: HookName, answer: PromiseLike<unknown>): void {
    this.#open += 1;
    Promise.resolve(answer)
      .catch((error: unknown) => {
        this.#failed(name, error);
      })
      .finally(() => {
        this.#open -= 1;
      });
  }

  #failed(name: HookName, error: unknown): void {
    this.#report(
      name,
      'fails',
      `The hook ${name} failed; nothing else is affected. Later failures of it are not logged.`,
      error,
    );
  }

  #report(name: HookName, what: string, message: string, error?: unknown): void {
    const key = `${name} ${what}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.logger.error(message, error === undefined ? {} : { error });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}
