import type { RunMemory } from './run-memory.js';

/** Parked runs, least recently used first out (E4). Forgetting one loses nothing: it is replayed. */
export class CoroutineCache {
  readonly #entries = new Map<string, RunMemory>();

  constructor(private readonly capacity: number) {}

  put(instanceId: string, memory: RunMemory): void {
    this.#entries.delete(instanceId);
    if (this.capacity === 0) return;
    this.#entries.set(instanceId, memory);
    if (this.#entries.size <= this.capacity) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  /** Takes the run out: while a turn has it, nobody else must. */
  take(instanceId: string): RunMemory | undefined {
    const memory = this.#entries.get(instanceId);
    this.#entries.delete(instanceId);
    return memory;
  }
}
