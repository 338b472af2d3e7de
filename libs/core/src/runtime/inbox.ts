import { withResolvers } from './with-resolvers.js';

export interface InboxHost {
  /** The last waiting task is done. */
  drained(): void;
  /** A task that nobody awaits has failed; the tasks behind it are dropped. */
  crashed(error: unknown): void;
}

/**
 * The serial closing section of one instance (E14): bodies overlap, but what they report is handled one task after another.
 */
export class Inbox {
  readonly #tasks: (() => void | Promise<void>)[] = [];
  #running = false;

  constructor(private readonly host: InboxHost) {}

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
        if (this.#tasks.length === 0) this.host.drained();
      }
    } catch (error) {
      this.#tasks.length = 0;
      this.host.crashed(error);
    } finally {
      this.#running = false;
    }
  }
}
