import type { WaiterRow } from '../ports/message.js';
import type { EngineServices } from './services.js';
import type { IndexedWait } from './wait-index.js';

const PAGE = 1000;
/** Instances of the index that one query compares with the stored waits. */
const COMPARED = 500;

/**
 * Keeps the index of waits in line with the stored ones. What instances wait for that another process has parked, and which nobody listens for any
 * more, is taken into the index when this process begins and when another worker has gone; until the next message it is found in both that
 * this process and others listen for it, which costs a claim in vain. What is over without this process is forgotten.
 */
export class ParkedWaits {
  #due = true;

  constructor(
    private readonly services: Pick<EngineServices, 'storage' | 'registry' | 'waitIndex'>,
    private readonly isRunning: (instanceId: string) => boolean,
  ) {}

  /** Somebody may have left waits behind: the next pass takes them in. */
  left(): void {
    this.#due = true;
  }

  async pass(): Promise<void> {
    // Where nobody can tell who is gone, somebody may always be.
    const due = this.#due || this.services.storage.liveness.kind === 'none';
    this.#due = false;
    try {
      if (due) await this.#take();
    } catch (error) {
      this.#due = true;
      throw error;
    }
    await this.#compare();
  }

  async #take(): Promise<void> {
    const { storage, registry, waitIndex } = this.services;
    for (let after: string | null = ''; after !== null && waitIndex.hasRoom;) {
      const page = await storage.messages.parked(registry.workflowNames, after, PAGE);
      for (const [instanceId, waits] of byInstance(page.waiters)) {
        if (!this.isRunning(instanceId)) waitIndex.offer(instanceId, waits);
      }
      after = page.last;
    }
  }

  async #compare(): Promise<void> {
    const { storage, waitIndex } = this.services;
    // What is in hand here has not stored its waits yet.
    const parked = [...waitIndex.entries()].filter(([instanceId]) => !this.isRunning(instanceId));
    for (let from = 0; from < parked.length; from += COMPARED) {
      const part = parked.slice(from, from + COMPARED);
      const waiting = new Set(await storage.messages.waitingAmong(part.map(([instanceId]) => instanceId)));
      for (const [instanceId, waits] of part) {
        if (!waiting.has(instanceId) && waitIndex.get(instanceId) === waits) waitIndex.delete(instanceId);
      }
    }
  }
}

function byInstance(waiters: readonly WaiterRow[]): ReadonlyMap<string, readonly IndexedWait[]> {
  const found = new Map<string, IndexedWait[]>();
  for (const { instanceId, channel, key, mode } of waiters) {
    const waits = found.get(instanceId) ?? [];
    waits.push({ channel, key, mode });
    found.set(instanceId, waits);
  }
  return found;
}
