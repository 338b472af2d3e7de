import { withResolvers } from './with-resolvers.js';

/**
 * The serial closing section of one instance (E14): bodies overlap, but what they report is handled one task after another. `onIdle` runs
 * whenever the last waiting task is done.
 */
export class Inbox {
  readonly #tasks: (() => void | Promise<void>)[] = [];
  #running = false;

  constructor(
    private readonly onIdle: () => void,
    private readonly onCrash: (error: unknown) => void,
  ) {}

  post(task: () => void | Promise<void>): void {
    this.#tasks.push(task);
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
  }

  /** Like {@link post}; resolves with what the task returns. */
  ask<T>(task: () => T | Promise<T>): Promise<T> {
    const { promise, resolve, reject } = withResolvers<T>();
    this.post(async () => {
      try {
        resolve(await task());
      } catch (error) {
        reject(error);
      }
    });
    return promise;
  }

  async #run(): Promise<void> {
    try {
      for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) {
        const pending = task();
        if (pending) await pending;
        if (this.#tasks.length === 0) this.onIdle();
      }
    } catch (error) {
      this.#tasks.length = 0;
      this.onCrash(error);
    } finally {
      this.#running = false;
    }
  }
}
