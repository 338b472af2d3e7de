import type { LiveCall } from './live-call.js';

/**
 * Hands live calls from the workflow that makes them to the activity that carries them out, in the same process, beside the engine, which
 * copies arguments through the codec. Held weakly: a call lives as long as the workflow waits for it, and a run that was given up
 * takes its calls along.
 */
export class CallStash {
  readonly #calls = new Map<string, WeakRef<LiveCall>>();
  readonly #collected = new FinalizationRegistry<{ readonly key: string; readonly call: WeakRef<LiveCall> }>((gone) => {
    // The same call of a later run may have taken the place.
    if (this.#calls.get(gone.key) === gone.call) this.#calls.delete(gone.key);
  });

  put(instanceId: string, ref: number, live: LiveCall): void {
    const key = keyOf(instanceId, ref);
    const call = new WeakRef(live);
    this.#calls.set(key, call);
    this.#collected.register(live, { key, call });
  }

  get(instanceId: string, ref: number): LiveCall | undefined {
    return this.#calls.get(keyOf(instanceId, ref))?.deref();
  }

  /** The call has its answer. */
  drop(instanceId: string, ref: number, live: LiveCall): void {
    const key = keyOf(instanceId, ref);
    if (this.#calls.get(key)?.deref() === live) this.#calls.delete(key);
  }

  get size(): number {
    return this.#calls.size;
  }
}

function keyOf(instanceId: string, ref: number): string {
  return `${ref}/${instanceId}`;
}
