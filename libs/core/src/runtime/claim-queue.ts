import { runInScope } from '../scope/scope.js';

const AT_ONCE = 4;

/** Gathers instances to be claimed while earlier claims are under way: a few go at once and alone, many go together. */
export class ClaimQueue {
  readonly #waiting = new Set<string>();
  #flights = 0;

  constructor(
    private readonly largest: number,
    private readonly claim: (instanceIds: readonly string[]) => Promise<void>,
    /** Called after each claim. */
    private readonly landed: () => void,
  ) {}

  get idle(): boolean {
    return this.#flights === 0 && this.#waiting.size === 0;
  }

  /** False if it waits already. */
  add(instanceId: string): boolean {
    if (this.#waiting.has(instanceId)) return false;
    this.#waiting.add(instanceId);
    this.#pump();
    return true;
  }

  #pump(): void {
    if (this.#flights >= AT_ONCE || this.#waiting.size === 0) return;
    const ids = [...this.#waiting].slice(0, this.largest);
    for (const id of ids) this.#waiting.delete(id);
    this.#flights += 1;
    void runInScope(undefined, () => this.#fly(ids));
  }

  async #fly(instanceIds: readonly string[]): Promise<void> {
    try {
      await this.claim(instanceIds);
    } finally {
      this.#flights -= 1;
      this.#pump();
      this.landed();
    }
  }
}
