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
    if (this.#running) return;
    this.#running = true;
    this.#run();
  }

  /** Like {@link post}; resolves with what the task returns. */
  ask<T>(task: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.post(() => {
        try {
          const answer = task();
          if (answer instanceof Promise) return answer.then(resolve, reject);
          resolve(answer);
        } catch (error) {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is passed on
          reject(error);
        }
        return undefined;
      });
    });
  }

  /** Without a promise of its own where the tasks have none: there is a task for each step. */
  #run(): void {
    try {
      for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) {
        const pending = task();
        if (pending) {
          pending.then(this.#done, this.#failed);
          return;
        }
        if (this.#tasks.length === 0) this.host.drained();
      }
      this.#running = false;
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #done = (): void => {
    try {
      if (this.#tasks.length === 0) this.host.drained();
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.#run();
  };

  readonly #failed = (error: unknown): void => {
    this.#tasks.length = 0;
    this.#running = false;
    this.host.crashed(error);
  };
}
