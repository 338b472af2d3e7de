import { setTimeout } from 'node:timers';
import { LlmTimeoutError } from '../errors/llm-timeout.error.js';
import type { LlmFailureFacts } from '../errors/llm-provider.error.js';

/** One signal out of several and a time limit. A model that does not listen to it is not waited for. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #sources: readonly AbortSignal[];
  readonly #onAbort = (event: Event): void => {
    this.#controller.abort((event.target as AbortSignal).reason);
  };

  constructor(milliseconds: number, sources: readonly (AbortSignal | undefined)[], facts: LlmFailureFacts) {
    this.#sources = sources.filter((source) => source !== undefined);
    this.#timer = setTimeout(
      () => {
        this.#controller.abort(new LlmTimeoutError(facts, milliseconds));
      },
      Math.min(milliseconds, LONGEST),
    );
    for (const source of this.#sources) {
      if (source.aborted) this.#controller.abort(source.reason);
      else source.addEventListener('abort', this.#onAbort, { once: true });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isOver(): boolean {
    return this.signal.aborted;
  }

  /** Why there is no more waiting. */
  get reason(): Error {
    return this.signal.reason as Error;
  }

  /** Settles as `work` does, or rejects with the reason as soon as there is one. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    // What comes after the end is nobody's any more.
    work.catch(() => undefined);
    return new Promise<T>((resolve, reject) => {
      const giveUp = (): void => {
        reject(signal.reason as Error);
      };
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      work.then(resolve, reject);
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
    for (const source of this.#sources) source.removeEventListener('abort', this.#onAbort);
  }
}

/** The longest delay of a timer; longer ones would fire at once. */
const LONGEST = 2 ** 31 - 1;
