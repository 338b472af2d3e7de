import { runInScope } from '../scope/scope.js';

const AT_ONCE = 4;

/** Gathers instances to be claimed while earlier claims are under way: a few go at once and alone, many go together. */
export class ClaimQueue {
  readonly #waiting = new Set<string>();
  readonly #flying = new Set<string>();
  /** Asked for again while their claim was under way. */
  readonly #again = new Set<string>();
  #flights = 0;

  constructor(
    private readonly largest: number,
    private readonly claim: (instanceIds: readonly string[]) => Promise<void>,
    /** Called after each claim, with those that were asked for meanwhile. */
    private readonly landed: (again: readonly string[]) => void,
  ) {}

  get idle(): boolean {
    return this.#flights === 0 && this.#waiting.size === 0;
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

  #pump(): void {
    if (this.#flights >= AT_ONCE || this.#waiting.size === 0) return;
    const ids = [...this.#waiting].slice(0, this.largest);
    for (const id of ids) {
      this.#waiting.delete(id);
      this.#flying.add(id);
    }
    this.#flights += 1;
    void runInScope(undefined, () => this.#fly(ids));
  }

  async #fly(instanceIds: readonly string[]): Promise<void> {
    try {
      await this.claim(instanceIds);
    } finally {
      this.#flights -= 1;
      for (const id of instanceIds) this.#flying.delete(id);
      const again = instanceIds.filter((id) => this.#again.delete(id));
      this.#pump();
      this.landed(again);
    }
  }
}
