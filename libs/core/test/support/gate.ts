import { attempt } from './app.js';

/** Holds bodies until a test lets them go. */
export class Gate<T = void> {
  /** Signals of the bodies that have entered. */
  readonly signals: AbortSignal[] = [];
  readonly #waiting: { readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void }[] = [];

  /** What a body calls. Its signal does not end the wait. */
  enter(): Promise<T> {
    this.signals.push(attempt().signal);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  get entered(): number {
    return this.signals.length;
  }

  /** Lets the one go that has waited longest. */
  open(value: T): void {
    this.#waiting.shift()?.resolve(value);
  }

  fail(error: unknown): void {
    this.#waiting.shift()?.reject(error);
  }
}
