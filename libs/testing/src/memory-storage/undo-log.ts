/** Steps that take back what a database transaction has changed so far; run backwards when it is rolled back. */
export class UndoLog {
  readonly #steps: (() => void)[] = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  rollback(): void {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) step();
  }
}
