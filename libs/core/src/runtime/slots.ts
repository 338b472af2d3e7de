/** How many instances may run at once in this process. One that dozes, asleep for a moment under its lease, lends its slot meanwhile. */
export class Slots {
  /** Called when a dozing instance has lent its slot. */
  onLent: () => void = () => undefined;
  readonly #lenders = new Set<string>();
  #free: number;

  constructor(
    capacity: number,
    /** Instances that may doze at once: each of them is in memory. */
    private readonly mostLenders: number,
  ) {
    this.#free = capacity;
  }

  /** Below zero where more leases came at once, or dozing instances woke. */
  get free(): number {
    return this.#free;
  }

  get lent(): number {
    return this.#lenders.size;
  }

  get mayLend(): boolean {
    return this.#lenders.size < this.mostLenders;
  }

  take(count = 1): void {
    this.#free -= count;
  }

  give(count = 1): void {
    this.#free += count;
  }

  lend(instanceId: string): void {
    this.#lenders.add(instanceId);
    this.give();
    this.onLent();
  }

  /** Takes a lent slot back, even where none is left. */
  reclaim(instanceId: string): void {
    if (this.#lenders.delete(instanceId)) this.take();
  }
}
