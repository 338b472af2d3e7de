import type { SubscriptionMode } from '../ports/subscription.js';

export interface IndexedWait {
  readonly channel: string;
  readonly key: string | null;
  readonly mode: SubscriptionMode;
}

/**
 * What the instances in hand or parked here wait for, and those that were parked by processes that are gone, so that a message wakes them without a
 * look into the database. It forgets the oldest ones beyond its capacity: the database knows them all.
 */
export class WaitIndex {
  /** Called when somebody waits again after nobody did. */
  onFirst: () => void = () => undefined;
  readonly #byInstance = new Map<string, readonly IndexedWait[]>();
  readonly #byChannel = new Map<string, Set<string>>();
  readonly #offered = new Set<string>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.#byInstance.size;
  }

  has(instanceId: string): boolean {
    return this.#byInstance.has(instanceId);
  }

  get hasRoom(): boolean {
    return this.#byInstance.size < this.capacity;
  }

  get(instanceId: string): readonly IndexedWait[] | undefined {
    return this.#byInstance.get(instanceId);
  }

  entries(): IterableIterator<[string, readonly IndexedWait[]]> {
    return this.#byInstance.entries();
  }

  /** All channels that somebody here waits on. */
  channels(): readonly string[] {
    return [...this.#byChannel.keys()];
  }

  get hasOffered(): boolean {
    return this.#offered.size > 0;
  }

  /** True for what was read from the database: nobody has looked for its messages since. */
  isOffered(instanceId: string): boolean {
    return this.#offered.has(instanceId);
  }

  /** Adds what an instance waits for that another process has parked, unless something is known of it already, or there is no room. */
  offer(instanceId: string, waits: readonly IndexedWait[]): void {
    if (this.has(instanceId) || !this.hasRoom) return;
    this.#offered.add(instanceId);
    this.#put(instanceId, waits);
  }

  /** Replaces what is known of an instance. */
  set(instanceId: string, waits: readonly IndexedWait[]): void {
    this.delete(instanceId);
    if (waits.length > 0) this.#put(instanceId, waits);
  }

  delete(instanceId: string): void {
    for (const { channel } of this.#byInstance.get(instanceId) ?? []) {
      const instances = this.#byChannel.get(channel);
      instances?.delete(instanceId);
      if (instances?.size === 0) this.#byChannel.delete(channel);
    }
    this.#byInstance.delete(instanceId);
    this.#offered.delete(instanceId);
  }

  /** Puts an instance behind the others that wait on a channel. */
  moveBack(instanceId: string, channel: string): void {
    const instances = this.#byChannel.get(channel);
    if (instances?.delete(instanceId) === true) instances.add(instanceId);
  }

  /** Who waits for a message with this key (null: nobody knows it yet) on this channel, longest waiting first. */
  *waiting(
    channel: string,
    key: string | null,
  ): Generator<{ readonly instanceId: string; readonly mode: SubscriptionMode }> {
    for (const instanceId of [...(this.#byChannel.get(channel) ?? [])]) {
      const wait = this.#byInstance
        .get(instanceId)
        ?.find((one) => one.channel === channel && (one.key === null || key === null || one.key === key));
      if (wait) yield { instanceId, mode: wait.mode };
    }
  }

  #put(instanceId: string, waits: readonly IndexedWait[]): void {
    this.#byInstance.set(instanceId, waits);
    for (const { channel } of waits) {
      const instances = this.#byChannel.get(channel) ?? new Set();
      instances.add(instanceId);
      this.#byChannel.set(channel, instances);
    }
    if (this.#byInstance.size === 1) this.onFirst();
    const oldest = this.#byInstance.keys().next();
    if (this.#byInstance.size > this.capacity && !oldest.done) this.delete(oldest.value);
  }
}
