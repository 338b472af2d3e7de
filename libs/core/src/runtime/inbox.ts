export interface InboxHost {
  /** The last waiting task is done. */
  drained(): void;
  /** A task that nobody awaits has failed; the tasks behind it are dropped. */
  crashed(error: unknown): void;
}

/** The answer of a task that has more to do: when that is over it calls {@link Inbox.done} or {@link Inbox.failed}, never before it has answered. */
export const LATER = Symbol('later');

/** A promise or {@link LATER} where it is not over when it returns. */
export type InboxTask = (() => void | Promise<void>) | (() => typeof LATER | Promise<void> | undefined);

/**
 * The serial closing section of one instance (E14): bodies overlap, but what they report is handled one task after another.
 */
export class Inbox {
  readonly #tasks: InboxTask[] = [];
  #running = false;

  constructor(private readonly host: InboxHost) {}

  post(task: InboxTask): void {
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
        if (pending === LATER) return;
        if (pending) {
          pending.then(this.done, this.failed);
          return;
        }
        if (this.#tasks.length === 0) this.host.drained();
      }
      this.#running = false;
    } catch (error) {
      this.failed(error);
    }
  }

  /** The task under way is over. */
  readonly done = (): void => {
    try {
      if (this.#tasks.length === 0) this.host.drained();
    } catch (error) {
      this.failed(error);
      return;
    }
    this.#run();
  };

  /** The task under way has failed. */
  readonly failed = (error: unknown): void => {
    this.#tasks.length = 0;
    this.#running = false;
    this.host.crashed(error);
  };
}
