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

/** Inserts the row, or replaces the one with its key. */
export function put<K, V>(rows: Map<K, V>, key: K, value: V, undo: UndoLog): void {
  const before = rows.get(key);
  rows.set(key, value);
  undo.add(() => (before === undefined ? rows.delete(key) : rows.set(key, before)));
}

/** Inserts the row unless there is one with its key. */
export function putOrKeep<K, V>(rows: Map<K, V>, key: K, value: V, undo: UndoLog): void {
  if (!rows.has(key)) put(rows, key, value, undo);
}

export function remove<K, V>(rows: Map<K, V>, key: K, undo: UndoLog): void {
  const before = [...rows];
  if (!rows.delete(key)) return;
  undo.add(() => restore(rows, before));
}

export function removeAll(undo: UndoLog, ...tables: readonly Map<string, unknown>[]): void {
  for (const rows of tables) {
    const before = [...rows];
    rows.clear();
    undo.add(() => restore(rows, before));
  }
}

/** In the order that they had. */
function restore<K, V>(rows: Map<K, V>, before: readonly (readonly [K, V])[]): void {
  rows.clear();
  for (const [key, value] of before) rows.set(key, value);
}
