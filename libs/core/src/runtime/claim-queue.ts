import { runInScope } from '../scope/scope.js';

const AT_ONCE = 4;

/** Gathers instances to be claimed while earlier claims are under way: a few go at once and alone, many go together. */
export class ClaimQueue {
  readonly #waiting = new Set<string>();
  readonly #flying = new Set<string>();
  /** Asked for again while their claim was under way. */
  readonly #again = new Set<string>();
  #flights = 0;
  /** Those last until the message is stored: they must not stand in the way of the others. */
  #earlyFlights = 0;

  constructor(
    private readonly largest: number,
    /** Nobody is to run before `until`. */
    private readonly claim: (instanceIds: readonly string[], until?: Promise<unknown>) => Promise<void>,
    /** Called after each claim, with those that were asked for meanwhile. */
    private readonly landed: (again: readonly string[]) => void,
  ) {}

  get idle(): boolean {
    return this.#flying.size === 0 && this.#waiting.size === 0;
  }

  /** False if it waits already, or its claim is under way: whoever gets the instance by that looks at all that is there by now. */
  add(instanceId: string): boolean {
    if (this.#waiting.has(instanceId)) return false;
    if (this.#flying.has(instanceId)) {
      this.#again.add(instanceId);
      return false;
    }
    this.#waiting.add(instanceId);
    this.#pump();
    return true;
  }

  /**
   * Claims these at once, for what they wait for is on its way: by the time it is there, they are claimed. Answers how many it takes.
   */
  addEarly(instanceIds: readonly string[], until: Promise<unknown>): number {
    const ids = instanceIds.filter((id) => !this.#waiting.has(id) && !this.#flying.has(id));
    if (ids.length === 0 || this.#earlyFlights >= AT_ONCE) return 0;
    this.#earlyFlights += 1;
    this.#start(ids, until);
    return ids.length;
  }

  /** Its claim waits or is under way. */
  has(instanceId: string): boolean {
    return this.#waiting.has(instanceId) || this.#flying.has(instanceId);
  }

  #pump(): void {
    if (this.#flights >= AT_ONCE || this.#waiting.size === 0) return;
    const ids = [...this.#waiting].slice(0, this.largest);
    for (const id of ids) this.#waiting.delete(id);
    this.#flights += 1;
    this.#start(ids);
  }

  #start(ids: readonly string[], until?: Promise<unknown>): void {
    for (const id of ids) this.#flying.add(id);
    void runInScope(undefined, () => this.#fly(ids, until));
  }

  async #fly(instanceIds: readonly string[], until: Promise<unknown> | undefined): Promise<void> {
    try {
      await this.claim(instanceIds, until);
    } finally {
      if (until) this.#earlyFlights -= 1;
      else this.#flights -= 1;
      for (const id of instanceIds) this.#flying.delete(id);
      const again = instanceIds.filter((id) => this.#again.delete(id));
      this.#pump();
      this.landed(again);
    }
  }
}
